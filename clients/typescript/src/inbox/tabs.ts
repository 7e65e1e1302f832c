/**
 * Tabs of one browser that show the same inbox. One of them, the leader, holds the stream: a browser opens only six
 * HTTP/1.1 connections to a server. Its events and every tab's changes go to the others over a channel.
 */
export interface TabLink<Message> {
  post(message: Message): void;
  close(): void;
}

/**
 * Joins the tabs of `name`. `onLead` is called when this tab becomes the leader: at once if there is no other, or when
 * the leader closes. Where the platform cannot elect one (Node, old browsers), every instance leads itself.
 */
export function joinTabs<Message>(
  name: string | null,
  onMessage: (message: Message) => void,
  onLead: () => void,
): TabLink<Message> {
  const locks = globalThis.navigator?.locks;
  if (name === null || !locks || typeof BroadcastChannel === "undefined") {
    onLead();
    return { post() {}, close() {} };
  }
  const channel = new BroadcastChannel(name);
  channel.onmessage = ({ data }: MessageEvent<Message>) => onMessage(data);
  const closed = new AbortController();
  const lead = () =>
    new Promise<void>((release) => {
      if (closed.signal.aborted) return release();
      closed.signal.addEventListener("abort", () => release(), { once: true });
      onLead();
    });
  locks.request(name, { signal: closed.signal }, lead).catch(() => {});
  return {
    post: (message) => channel.postMessage(message),
    close() {
      closed.abort();
      channel.close();
    },
  };
}
