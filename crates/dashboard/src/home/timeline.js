// Draws the way of a notification from its timeline.

const TONES = {
  sent: "good",
  delivered: "good",
  accepted: "",
  planned: "",
  pending: "wait",
  queued: "wait",
  deferred: "wait",
  retrying: "wait",
  retry: "wait",
  scheduled: "wait",
  ambiguous: "wait",
  suppressed: "off",
  cancelled: "off",
  expired: "off",
  seen: "good",
  read: "good",
  archived: "off",
};
const FINAL = new Set(["sent", "failed", "suppressed", "cancelled", "expired"]);

/** Whether nothing more is to come, as far as one can tell. */
export const isFinal = ({ status, deliveries }) =>
  FINAL.has(status) && deliveries.every((one) => !["queued", "deferred", "retrying"].includes(one.status));

/** An element with a class, a text and children. Texts are never markup. */
function element(name, className, ...content) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...content.filter((part) => part !== null && part !== ""));
  return made;
}

const tone = (word) => (word in TONES ? TONES[word] : "bad");
const readable = (word) => (word.charAt(0).toUpperCase() + word.slice(1)).replace(/_/g, " ");

function after(at, start) {
  const ms = Date.parse(at) - Date.parse(start);
  if (ms < 1) return "";
  return ms < 1_000 ? `+${ms} ms` : `+${(ms / 1_000).toFixed(1)} s`;
}

/** The entry of one notification in the list. */
export function drawTimeline(title, timeline) {
  const time = element("time", "", new Date(timeline.created_at).toLocaleTimeString());
  time.dateTime = timeline.created_at;
  const head = element("div", "sent-head", element("span", "", `${title} → ${timeline.user_id}`), time);
  const way = element("ol", "way");
  for (const { at, what, why } of timeline.events) {
    const step = element("li", tone(what), element("span", "", readable(what)), element("small", "", after(at, timeline.created_at)));
    if (why) step.title = why;
    way.append(step);
  }
  const deliveries = element("ul", "deliveries");
  for (const delivery of timeline.deliveries) deliveries.append(drawDelivery(delivery));
  return element("li", "", head, way, deliveries);
}

function drawDelivery({ channel, status, reason, attempts, next_attempt_at }) {
  const chip = element("span", `chip ${tone(status)}`, readable(status));
  const why = reason ? element("span", "muted", readable(reason)) : null;
  const tries = element("span", "attempts");
  for (const { number, outcome, code, duration_ms } of attempts) {
    const mark = element("i", tone(outcome));
    mark.title = `Attempt ${number}: ${outcome} ${code}, ${duration_ms} ms`;
    mark.role = "img";
    mark.ariaLabel = mark.title;
    tries.append(mark);
  }
  const next = next_attempt_at ? element("small", "muted", `again at ${new Date(next_attempt_at).toLocaleTimeString()}`) : null;
  return element("li", "", element("b", "", readable(channel)), chip, why, attempts.length > 0 ? tries : null, next);
}
