"""Text as the index compares it: accents, case and punctuation aside."""

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")


def words(text: str) -> list[str]:
    """Return the words of a text, folded: "Île-de-France" -> ["ile", "de", "france"]."""
    plain = unicodedata.normalize("NFKD", text.encode("utf-8", "ignore").decode())
    folded = "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()
    return _WORD.findall(folded)


def key(text: str) -> str:
    """Return the words of a text with a blank between them: what makes two spellings one name."""
    return " ".join(words(text))


def compact(text: str) -> str:
    """Return the words of a text with nothing between them: "GPT-3", "GPT 3" and "gpt3" are alike."""
    return "".join(words(text))
