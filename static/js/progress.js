// Looks again every few seconds (data-every, else five) how far something is, until it is over (data-over).
const place = document.querySelector("[data-refresh]");
const wait = 1000 * (place?.dataset.every ?? 5);

async function look() {
  if (!document.hidden) {
    try {
      const answer = await fetch(place.dataset.refresh, { credentials: "same-origin" });
      const busy = answer.status >= 500 || answer.status === 429;
      if (answer.redirected || !answer.ok && !busy) return;
      if (answer.ok) show(await answer.text());
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
