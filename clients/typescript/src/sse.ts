/** One frame of a stream of server-sent events. */
export interface Frame {
  event: string;
  data: string;
  id?: string;
  /** The server's hint for the wait before the next connection, in milliseconds. */
  retryMs?: number;
}

/** A frame above this size ends the stream: the server sends far smaller ones. In UTF-16 units. */
const MAX_FRAME = 4 * 1024 * 1024;

/**
 * Reads frames from a response body. `onBytes` is called for whatever arrives, comments included, so that the
 * caller notices a connection that went silent.
 */
export async function* frames(body: ReadableStream<Uint8Array>, onBytes: () => void): AsyncGenerator<Frame> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let pending = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      onBytes();
      pending += decoder.decode(value, { stream: true });
      const blocks = pending.split(/\r\n\r\n|\n\n|\r\r/);
      pending = blocks.pop() ?? "";
      if (pending.length > MAX_FRAME) throw new RangeError("a frame of the stream is too long");
      for (const block of blocks) {
        const frame = parse(block);
        if (frame) yield frame;
      }
    }
  } finally {
    // Releases the connection when the caller stops early.
    await reader.cancel().catch(() => {});
  }
}

function parse(block: string): Frame | null {
  const frame: Frame = { event: "message", data: "" };
  const data: string[] = [];
  let isEmpty = true;
  for (const line of block.split(/\r\n|\n|\r/)) {
    const colon = line.indexOf(":");
    if (colon === 0 || line === "") continue;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    isEmpty = false;
    if (field === "data") data.push(value);
    else if (field === "event") frame.event = value;
    else if (field === "id") frame.id = value;
    else if (field === "retry" && /^\d+$/.test(value)) frame.retryMs = Number(value);
  }
  frame.data = data.join("\n");
  return isEmpty ? null : frame;
}
