// Fills in the counts of what a search has found, after the list itself is there.
function fill(place) {
  const address = new URL(place.dataset.totals, location.href);
  address.searchParams.set("part", place.dataset.part ?? "people");
  return fetch(address, { credentials: "same-origin" }).then(async (answer) => {
    if (answer.ok && !answer.redirected) place.innerHTML = await answer.text();
  }).catch(() => {}); // the links stay
}
for (const place of document.querySelectorAll("[data-totals]")) {
  const fold = place.closest("details");
  if (!fold) fill(place);
  else fold.addEventListener("toggle", () => fill(place), { once: true });
}
