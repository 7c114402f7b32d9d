const byId = id => document.getElementById(id);

// Creates an element. Text is set as text, never as markup.
const element = (name, properties = {}, ...children) => {
  const node = Object.assign(document.createElement(name), properties);
  node.append(...children);
  return node;
};

const duration = ms => ms < 1 ? `${Math.round(ms * 1000)} µs` : `${ms.toFixed(1)} ms`;
const percent = score => `${(score * 100).toFixed(1)} %`;

const meter = (name, score, color = "") => {
  const fill = element("div", { className: "fill" });
  fill.style.width = `${Math.min(100, Math.max(0, score * 100))}%`;
  const track = element("div", { className: `track ${color}` }, fill);
  track.setAttribute("role", "meter");
  track.setAttribute("aria-label", name);
  track.setAttribute("aria-valuemin", 0);
  track.setAttribute("aria-valuemax", 100);
  track.setAttribute("aria-valuenow", (score * 100).toFixed(1));
  return track;
};

// Shows labels with their scores, the best first.
const scores = labels => labels.flatMap(({ label, score }) => [
  element("div", { className: "score" },
    element("span", { textContent: label }), element("span", { className: "hint", textContent: percent(score) })),
  meter(label, score),
]);

// Shows the source, the model and the duration of an answer.
const origin = answer => {
  const list = element("dl", { className: "origin hint" });
  for (const [name, value] of [["Source", answer.source], ["Model", answer.model ?? "none"], ["Time", duration(answer.elapsed_ms)]])
    list.append(element("dt", { textContent: name }), element("dd", { textContent: value }));
  return list;
};

const errorMessage = message => element("p", { className: "error", textContent: message });

const json = value => ({ method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(value) });

// Returns the response, or throws an error with the detail of the problem document.
async function request(path, options) {
  const response = await fetch(path, options);
  if (response.ok) return response;
  const body = await response.text();
  let detail = body;
  try { detail = JSON.parse(body).detail ?? body; } catch { /* not a problem document */ }
  throw new Error(`${response.status}: ${detail}`);
}
