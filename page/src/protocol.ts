/** What the server and the page say to each other: Slack's own shapes inside a few envelopes of ours. */

export interface User {
  id: string;
  name: string;
  real_name?: string;
  title?: string;
  is_bot?: boolean;
  is_guest?: boolean;
  /** Somebody of another company, in a shared channel. */
  is_stranger?: boolean;
  color?: string;
}

export interface Channel {
  id: string;
  name: string;
  kind: "channel" | "dm";
  user?: string;
  is_shared?: boolean;
  is_private?: boolean;
  topic?: string;
  members?: string[];
}

export interface Message {
  ts: string;
  user?: string;
  bot_id?: string;
  username?: string;
  text?: string;
  blocks?: Block[];
  thread_ts?: string;
  reply_count?: number;
  subtype?: string;
  edited?: { ts: string };
  ephemeral?: boolean;
  files?: SlackFile[];
}

export interface SlackFile {
  id?: string;
  name?: string;
  title?: string;
  alt_txt?: string;
  mimetype?: string;
  url_private?: string;
  permalink?: string;
}

/** Blocks, elements and views are drawn by what they say they are, so their fields stay open. */
export interface Block {
  type: string;
  block_id?: string;
  [field: string]: any;
}

export interface Element {
  type: string;
  action_id?: string;
  [field: string]: any;
}

export interface Option {
  text: { type: string; text: string };
  value: string;
  description?: { type: string; text: string };
  url?: string;
}

export interface View {
  id: string;
  type: "modal" | "home";
  title?: { text: string };
  submit?: { text: string };
  close?: { text: string };
  blocks: Block[];
  hash?: string;
  [field: string]: any;
}

export interface Command {
  command: string;
  usage_hint?: string;
  description?: string;
  hints?: { text: string; help?: string }[];
}

/** Someone of the demo warehouse, as whom the console runs a statement. */
export interface Person {
  user_id?: string;
  login: string;
  label: string;
  note?: string;
}

export interface Example {
  label: string;
  login: string;
  sql: string;
}

export interface Snapshot {
  type: "state";
  team: string | { id?: string; name?: string; domain?: string };
  me: string | User;
  users: User[];
  channels: Channel[];
  messages: Record<string, Message[]>;
  commands?: Command[];
  people?: Person[];
  tables?: string[];
  examples?: Example[];
  home?: View | null;
  view?: View | null;
  statuses?: { channel: string; thread_ts?: string; status: string; user?: string }[];
}

export type ServerEvent =
  | Snapshot
  | { type: "message"; channel: string; message: Message }
  | { type: "message_changed"; channel: string; message: Message }
  | { type: "message_deleted"; channel: string; ts: string }
  | { type: "ephemeral"; channel: string; message: Message }
  | { type: "view"; view: View | null }
  | { type: "home"; view: View | null }
  | { type: "status"; channel: string; thread_ts?: string; status: string; user?: string }
  | { type: "channel"; channel: Channel }
  | { type: "file"; channel?: string; message?: Message };

export interface Answer {
  ok: boolean;
  error?: string;
  [field: string]: any;
}

export interface ConsoleAnswer extends Answer {
  notices?: string[];
  columns?: string[];
  rows?: unknown[][];
  rowcount?: number | null;
  ms?: number;
  truncated?: boolean;
}

/** Ask the server one thing as one person. Never throws: what went wrong is the answer's `error` sentence. */
export async function ask<A extends Answer = Answer>(path: string, as: string, body: object): Promise<A> {
  try {
    const answer = await fetch(`/page/${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      credentials: "same-origin",
      body: JSON.stringify({ as, ...body }),
    });
    const said = (await answer.json().catch(() => null)) as A | null;
    if (said) return said;
    return { ok: false, error: `The playground answered ${answer.status}. Is \`lineagebot demo\` still running?` } as A;
  } catch {
    return { ok: false, error: "The playground cannot be reached. Is `lineagebot demo` still running?" } as A;
  }
}
