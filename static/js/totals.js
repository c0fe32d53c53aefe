// Fills in how many people a search has found, after the list itself is there.
for (const place of document.querySelectorAll("[data-totals]")) {
  const address = new URL(place.dataset.totals, location.href);
  address.searchParams.set("part", "1");
  fetch(address, { credentials: "same-origin" }).then(async (answer) => {
    if (answer.ok && !answer.redirected) place.innerHTML = await answer.text();
  }).catch(() => {}); // the link stays
}
