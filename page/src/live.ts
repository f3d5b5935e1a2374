/** Keep one WebSocket to the playground open, coming back with growing patience when it drops. */

import type { ServerEvent } from "./protocol";

const FIRST_WAIT_MS = 400;
const LONGEST_WAIT_MS = 8_000;

/** `locked`: the playground runs, but does not know this browser; only a fresh link helps. */
export type Connection = "connecting" | "open" | "lost" | "locked";

/** Opens at once and keeps trying until the returned function is called. */
export function listen(as: string | null, tell: (event: ServerEvent) => void, state: (now: Connection) => void): () => void {
  let me = as;
  let socket: WebSocket | null = null;
  let timer: number | undefined;
  let tries = 0;
  let over = false;

  const open = () => {
    if (over) return;
    let opened = false;
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    socket = new WebSocket(`${scheme}://${location.host}/page/live${me ? `?as=${encodeURIComponent(me)}` : ""}`);
    socket.onopen = () => {
      opened = true;
      tries = 0;
      state("open");
    };
    socket.onmessage = (received) => tell(JSON.parse(received.data as string) as ServerEvent);
    socket.onclose = async () => {
      if (over) return;
      const now = opened ? "lost" : await whyRefused();
      if (over) return;
      // It answers, but not to this person: an address from another demo. Come in as whoever is first.
      if (now === "connecting") me = null;
      state(now);
      const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** tries);
      tries += 1;
      timer = window.setTimeout(open, wait * (0.75 + Math.random() / 2));
    };
  };
  // A laptop that wakes up should not sit out the rest of a long wait.
  const again = () => {
    if (over || socket?.readyState === WebSocket.OPEN || socket?.readyState === WebSocket.CONNECTING) return;
    window.clearTimeout(timer);
    open();
  };
  window.addEventListener("online", again);
  document.addEventListener("visibilitychange", again);
  state("connecting");
  open();
  return () => {
    over = true;
    window.clearTimeout(timer);
    window.removeEventListener("online", again);
    document.removeEventListener("visibilitychange", again);
    socket?.close();
  };
}

/** A refused WebSocket does not say why; an ordinary request does. */
async function whyRefused(): Promise<Connection> {
  try {
    const answer = await fetch("/", { cache: "no-store" });
    return answer.ok ? "connecting" : answer.status === 403 ? "locked" : "lost";
  } catch {
    return "lost";
  }
}
