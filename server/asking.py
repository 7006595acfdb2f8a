"""Named questions, answered."""


def questions():
    return []


def answer(here, name, values):
    return None
