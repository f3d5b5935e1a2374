/** Keep one WebSocket to the playground open, coming back with growing patience when it drops. */

import type { ServerEvent } from "./protocol";

const FIRST_WAIT_MS = 400;
const LONGEST_WAIT_MS = 8_000;

export type Connection = "connecting" | "open" | "lost";

/** Opens at once and keeps trying until the returned function is called. */
export function listen(as: string | null, tell: (event: ServerEvent) => void, state: (now: Connection) => void): () => void {
  let socket: WebSocket | null = null;
  let timer: number | undefined;
  let tries = 0;
  let over = false;

  const open = () => {
    if (over) return;
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    socket = new WebSocket(`${scheme}://${location.host}/page/live${as ? `?as=${encodeURIComponent(as)}` : ""}`);
    socket.onopen = () => {
      tries = 0;
      state("open");
    };
    socket.onmessage = (received) => tell(JSON.parse(received.data as string) as ServerEvent);
    socket.onclose = () => {
      if (over) return;
      state("lost");
      const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** tries);
      tries += 1;
      timer = window.setTimeout(open, wait * (0.75 + Math.random() / 2));
    };
  };
  // A laptop that wakes up should not sit out the rest of a long wait.
  const now = () => {
    if (over || socket?.readyState === WebSocket.OPEN || socket?.readyState === WebSocket.CONNECTING) return;
    window.clearTimeout(timer);
    open();
  };
  window.addEventListener("online", now);
  document.addEventListener("visibilitychange", now);
  state("connecting");
  open();
  return () => {
    over = true;
    window.clearTimeout(timer);
    window.removeEventListener("online", now);
    document.removeEventListener("visibilitychange", now);
    socket?.close();
  };
}
