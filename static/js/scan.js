// Looks through the camera for the code of a sign-up. Each picture is cut to a square, made grey and sent to the server,
// which reads it and keeps nothing; the next goes when the answer is there.
const place = document.querySelector("[data-scan]");
const video = place.querySelector("video");
const said = place.querySelector("[data-said]");
const form = document.querySelector("form.find");
const field = form.querySelector("[name=q]");
const width = 320, pause = 250;
const canvas = document.createElement("canvas");
canvas.width = canvas.height = width;
const paper = canvas.getContext("2d", { willReadFrequently: true });

function grey() {
  const side = Math.min(video.videoWidth, video.videoHeight);
  const left = (video.videoWidth - side) / 2, top = (video.videoHeight - side) / 2;
  paper.drawImage(video, left, top, side, side, 0, 0, width, width);
  const colours = paper.getImageData(0, 0, width, width).data;
  const bytes = new Uint8Array(width * width);
  for (let at = 0; at < bytes.length; at++) {
    bytes[at] = (colours[4 * at] * 77 + colours[4 * at + 1] * 150 + colours[4 * at + 2] * 29) >> 8;
  }
  return bytes;
}

async function ask() {
  const answer = await fetch(`${place.dataset.scan}?width=${width}`, {
    method: "POST", body: grey(), credentials: "same-origin",
    headers: { "Content-Type": "application/octet-stream", "X-CSRFToken": place.dataset.token },
  });
  // Who may not ask any more is told why by the page itself.
  if (answer.redirected || [401, 403, 404, 410].includes(answer.status)) { location.reload(); return true; }
  if (answer.status >= 400 && answer.status !== 422) throw new Error(String(answer.status));
  if (answer.status === 204) return false;
  const text = await answer.text();
  if (answer.status === 422) { say(text); return false; }
  field.value = text;
  form.requestSubmit();
  return true;
}

function say(text) { if (said.textContent !== text) said.textContent = text; }

async function look() {
  if (!document.hidden && video.videoWidth) {
    try { if (await ask()) return; } catch { say(place.dataset.lost); }
  }
  setTimeout(look, pause);
}

async function start() {
  try {
    video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    video.hidden = false;
    await video.play();
    say(place.dataset.looking);
    look();
  } catch { say(place.dataset.none); }
}

if (navigator.mediaDevices && window.isSecureContext) start();
