// Shows the buttons that open the browser's print dialogue; without this script a sentence stands there.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
