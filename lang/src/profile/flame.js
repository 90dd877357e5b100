"use strict";
// A click makes a box as wide as the picture; a pattern marks the boxes whose text it matches.
const frames = [...document.querySelectorAll("#frames > g")].map((g, at) => {
  const rect = g.querySelector("rect");
  const title = g.querySelector("title").textContent;
  return {
    g, rect, at,
    row: Number(g.dataset.row),
    x: rect.x.baseVal.value,
    width: rect.width.baseVal.value,
    label: title.split("\n")[0],
    told: title.replace("\n", ": "),
    text: g.querySelector("text"),
  };
});
const [all] = frames;
const told = document.getElementById("told");
const find = document.getElementById("find");
const whole = document.getElementById("whole");
const note = told.textContent;
const inset = 4;

// Boxes stand in front of those below them: what lies below one follows it, down to the next box of its row.
function after(frame) {
  let end = frame.at + 1;
  while (end < frames.length && frames[end].row > frame.row) end++;
  return end;
}

function lettered(frame, x, width) {
  const room = width - 2 * inset;
  if (room < 16) {
    if (frame.text) frame.text.textContent = "";
    return;
  }
  if (!frame.text) {
    frame.text = document.createElementNS("http://www.w3.org/2000/svg", "text");
    frame.text.setAttribute("y", frame.rect.y.baseVal.value + 13);
    frame.g.append(frame.text);
  }
  const { text, label } = frame;
  text.setAttribute("x", x + inset);
  text.textContent = label;
  const needed = text.getComputedTextLength();
  if (needed <= room) return;
  let count = Math.floor(label.length * room / needed);
  while (count > 0 && text.getSubStringLength(0, count) > room - 10) count--;
  text.textContent = count > 0 ? label.slice(0, count) + "…" : "";
}

function zoom(onto) {
  const end = after(onto);
  const scale = all.width / onto.width;
  const around = new Set();
  for (let at = onto.at, row = onto.row; at >= 0 && row > 0; at--) {
    if (frames[at].row < row) {
      row = frames[at].row;
      around.add(at);
    }
  }
  for (const frame of frames) {
    const inside = frame.at >= onto.at && frame.at < end;
    const outer = around.has(frame.at);
    frame.g.style.display = inside || outer ? "" : "none";
    frame.g.classList.toggle("faded", outer);
    if (!inside && !outer) continue;
    const x = outer ? all.x : all.x + (frame.x - onto.x) * scale;
    const width = outer ? all.width : frame.width * scale;
    frame.rect.setAttribute("x", x);
    frame.rect.setAttribute("width", width);
    lettered(frame, x, width);
  }
  whole.textContent = onto === all ? "" : "Show all";
}

function search() {
  const wanted = prompt("Mark the boxes whose text matches this regular expression (nothing: none)", "");
  if (wanted === null) return;
  let pattern = null;
  try {
    pattern = wanted === "" ? null : new RegExp(wanted, "i");
  } catch {
    told.textContent = "This is no regular expression: " + wanted;
    return;
  }
  let share = 0;
  let beyond = 0;
  for (const frame of frames) {
    const found = pattern !== null && pattern.test(frame.label);
    frame.g.classList.toggle("found", found);
    if (found && frame.at >= beyond) {
      share += frame.width / all.width;
      beyond = after(frame);
    }
  }
  find.textContent = pattern ? "Found: " + (100 * share).toFixed(1) + " %" : "Find";
}

find.textContent = "Find";
find.addEventListener("click", search);
whole.addEventListener("click", () => zoom(all));
for (const frame of frames) {
  frame.g.addEventListener("click", () => zoom(frame));
  frame.g.addEventListener("mouseenter", () => { told.textContent = frame.told; });
  frame.g.addEventListener("mouseleave", () => { told.textContent = note; });
}
addEventListener("keydown", event => {
  if (event.key === "/" || (event.key === "f" && (event.ctrlKey || event.metaKey))) {
    event.preventDefault();
    search();
  } else if (event.key === "Escape") {
    zoom(all);
  }
});
