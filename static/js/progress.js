// Looks again every five seconds how far a sending is, until all letters are done with.
const place = document.querySelector("[data-refresh]");
const wait = 5000;

async function look() {
  if (!document.hidden) {
    try {
      const answer = await fetch(place.dataset.refresh, { credentials: "same-origin" });
      if (!answer.ok || answer.redirected) return;
      show(await answer.text());
    } catch { /* the network is away: try again */ }
  }
  next();
}

function show(text) {
  const at = document.activeElement;
  const held = place.contains(at) ? at.getAttribute("href") : null;
  place.innerHTML = text;
  const same = held && [...place.querySelectorAll("a")].find((a) => a.getAttribute("href") === held);
  if (same) same.focus({ preventScroll: true });
}

function next() {
  if (!place.querySelector("[data-over]")) setTimeout(look, wait);
}

if (place) next();
