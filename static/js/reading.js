// Fills in the reading while a name is typed in kana on its way to kanji. Never over what was typed there.
for (const name of document.querySelectorAll('input[name$="-name"]')) {
  const reading = document.getElementById(name.id.replace(/-name$/, "-reading"));
  if (!reading) continue;
  let ours = "", done = "", kana = "";
  const free = () => reading.value === "" || reading.value === ours;
  const toHiragana = (text) => text.replace(/[ァ-ヶ]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 96));
  const fill = (text) => { if (free()) reading.value = ours = text; };
  name.addEventListener("compositionstart", () => { done = free() ? ours : ""; kana = ""; });
  name.addEventListener("compositionupdate", (event) => {
    const text = toHiragana(event.data);
    if (/^[ぁ-んー\u3000 ]+$/.test(text)) kana = text;
    if (kana) fill(done + kana);
  });
  name.addEventListener("compositionend", () => { if (kana) fill(done + kana); });
  name.addEventListener("input", (event) => {
    if (name.value === "") fill("");
    else if (!event.isComposing && (event.data === " " || event.data === "\u3000") && ours) fill(ours + " ");
  });
}
