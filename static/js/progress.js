// Looks again every five seconds how far a sending is, until all letters are done with.
const place = document.querySelector("[data-refresh]");
const wait = 5000;

async function look() {
  if (!document.hidden) {
    try {
      const answer = await fetch(place.dataset.refresh, { credentials: "same-origin" });
      if (!answer.ok || answer.redirected) return;
      place.innerHTML = await answer.text();
    } catch { /* the network is away: try again */ }
  }
  next();
}

function next() {
  if (!place.querySelector("[data-over]")) setTimeout(look, wait);
}

if (place) next();
