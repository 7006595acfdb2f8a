// A field above a list that leaves the items that contain its words, accents and case aside.
export function filter(section, field) {
  const list = section?.querySelector("ul");
  if (!list) return;
  list.before(field);
  field.addEventListener("input", () => {
    const wanted = plain(field.value).split(/\s+/).filter(Boolean);
    for (const item of list.children) {
      const text = plain(item.textContent);
      item.hidden = !wanted.every((word) => text.includes(word));
    }
  });
}

const plain = (text) => text.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase();
