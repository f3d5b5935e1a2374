/** Where a person writes: commands, names and code with a hand from the page. */

import { forwardRef, useEffect, useImperativeHandle, useLayoutEffect, useRef, useState, type KeyboardEvent } from "react";
import { Avatar } from "./avatar";
import { hintsFor, type Hint, type Hints } from "./completion";
import { useHouse } from "./house";
import { At, Braces, Hash, Send } from "./icons";

export interface ComposerHandle {
  fill: (text: string) => void;
}

interface Props {
  channel: string;
  thread?: string;
  placeholder: string;
  testId: string;
  autoFocus?: boolean;
}

/** What was said lately and what is half written outlive a change of channel. */
const drafts = new Map<string, string>();
const said = new Map<string, string[]>();

export const Composer = forwardRef<ComposerHandle, Props>(function Composer({ channel, thread, placeholder, testId, autoFocus }, handle) {
  const { workspace, ask, complain } = useHouse();
  const key = `${workspace.me}/${channel}/${thread ?? ""}`;
  const [text, setText] = useState(drafts.get(key) ?? "");
  const [hints, setHints] = useState<Hints | null>(null);
  const [at, setAt] = useState(-1);
  const [recalled, setRecalled] = useState<number | null>(null);
  const area = useRef<HTMLTextAreaElement>(null);
  const held = useRef(key);

  if (held.current !== key) {
    held.current = key;
    setText(drafts.get(key) ?? "");
    setHints(null);
    setRecalled(null);
  }
  useEffect(() => {
    drafts.set(key, text);
  }, [key, text]);
  useEffect(() => {
    if (autoFocus && matchMedia("(pointer: fine)").matches) area.current?.focus({ preventScroll: true });
  }, [key, autoFocus]);
  useLayoutEffect(() => {
    const fit = () => {
      const element = area.current!;
      element.style.height = "auto";
      element.style.height = `${Math.min(element.scrollHeight, innerHeight * 0.4)}px`;
    };
    fit();
    window.addEventListener("resize", fit);
    return () => window.removeEventListener("resize", fit);
  }, [text]);

  const look = (value: string, caret: number) => {
    const next = hintsFor(value, caret, workspace, Boolean(thread));
    setHints(next);
    setAt(next?.eager ? 0 : -1);
  };
  const change = (value: string, caret = value.length) => {
    setText(value);
    look(value, caret);
  };
  const caretTo = (where: number) => requestAnimationFrame(() => {
    area.current?.focus();
    area.current?.setSelectionRange(where, where);
  });
  useImperativeHandle(handle, () => ({
    fill: (value) => {
      change(value);
      caretTo(value.length);
    },
  }));

  const take = (hint: Hint) => {
    const caret = area.current!.selectionStart;
    const value = text.slice(0, hints!.from) + hint.insert + text.slice(caret);
    const where = hints!.from + hint.insert.length;
    change(value, where);
    if (hint.kind === "user" || hint.kind === "channel") setHints(null);
    caretTo(where);
  };

  const send = async () => {
    const words = text.trim();
    if (!words) return;
    setText("");
    setHints(null);
    setRecalled(null);
    said.set(channel, [...(said.get(channel) ?? []).filter((one) => one !== words), words].slice(-50));
    const command = /^(\/[\w-]+)(?:\s+([\s\S]*))?$/.exec(words);
    if (command && thread) {
      setText(words);
      return complain("Slash commands do not work in threads, in Slack as here. Use it in the channel.");
    }
    if (command && !workspace.commands.some((known) => known.command === command[1])) {
      setText(words);
      return complain(`${command[1]} is not a command here. Type / to see those there are.`);
    }
    const answer = command
      ? await ask("slash", { channel, command: command[1], text: command[2] ?? "" })
      : await ask("say", { channel, text: words, ...(thread && { thread_ts: thread }) });
    if (!answer.ok) {
      // A command that failed is told by Slackbot in the conversation already.
      if (!command || !answer.error?.startsWith(command[1]!)) complain(answer.error ?? "That was not delivered.");
      setText((now) => now || words);
    }
  };

  const keys = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.nativeEvent.isComposing) return;
    const list = hints?.hints ?? [];
    if (list.length && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      setAt((now) => (now < 0 ? (step > 0 ? 0 : list.length - 1) : (now + step + list.length) % list.length));
    } else if (list.length && event.key === "Tab" && !event.shiftKey) {
      event.preventDefault();
      take(list[Math.max(0, at)]!);
    } else if (list.length && event.key === "Enter" && !event.shiftKey && at >= 0 && !complete(text, list[at]!)) {
      event.preventDefault();
      take(list[at]!);
    } else if (event.key === "Escape" && hints) {
      event.preventDefault();
      event.stopPropagation();
      setHints(null);
    } else if (event.key === "Enter" && !event.shiftKey && !openFence(text)) {
      event.preventDefault();
      void send();
    } else if (event.key === "ArrowUp" && (text === "" || recalled !== null)) {
      recall(event, 1);
    } else if (event.key === "ArrowDown" && recalled !== null) {
      recall(event, -1);
    }
  };
  const recall = (event: KeyboardEvent, step: number) => {
    const lately = said.get(channel) ?? [];
    const next = (recalled ?? -1) + step;
    if (step > 0 && !lately.length) return;
    event.preventDefault();
    const value = next < 0 ? "" : lately[Math.max(0, lately.length - 1 - next)]!;
    setRecalled(next < 0 ? null : Math.min(next, lately.length - 1));
    setText(value);
    setHints(null);
    caretTo(value.length);
  };
  const wrap = (before: string, after = "") => {
    const element = area.current!;
    const [from, to] = [element.selectionStart, element.selectionEnd];
    change(text.slice(0, from) + before + text.slice(from, to) + after + text.slice(to), from + before.length);
    caretTo(from + before.length + (to - from));
  };

  return (
    <div className="composer">
      {hints && (
        <div className="hints" data-testid="slash-hints" id={`${testId}-hints`} role="listbox" aria-label={hints.title}>
          <div className="hints-title">{hints.title}<span><kbd>↑</kbd><kbd>↓</kbd> to choose · <kbd>Tab</kbd> to take · <kbd>Esc</kbd> to close</span></div>
          <div className="hints-list">
            {hints.hints.map((hint, index) => (
              <HintRow key={hint.id} hint={hint} current={index === at} id={`${testId}-hint-${index}`} onTake={() => take(hint)} />
            ))}
          </div>
        </div>
      )}
      <div className="composer-box">
        <textarea
          ref={area}
          data-testid={testId}
          value={text}
          rows={1}
          placeholder={placeholder}
          aria-label={placeholder}
          aria-autocomplete="list"
          aria-controls={hints ? `${testId}-hints` : undefined}
          aria-activedescendant={hints && at >= 0 ? `${testId}-hint-${at}` : undefined}
          className={openFence(text) ? "is-code" : undefined}
          onChange={(event) => { setRecalled(null); change(event.target.value, event.target.selectionStart); }}
          onSelect={(event) => hints && look(text, event.currentTarget.selectionStart)}
          onBlur={() => setHints(null)}
          onKeyDown={keys}
        />
        <div className="composer-bar">
          {!thread && <button type="button" title="Slash command" aria-label="Slash command" onMouseDown={keepFocus} onClick={() => { change("/"); caretTo(1); }}><span className="slash">/</span></button>}
          <button type="button" title="Mention someone" aria-label="Mention someone" onMouseDown={keepFocus} onClick={() => wrap(text && !/\s$/.test(text) ? " @" : "@")}><At /></button>
          <button type="button" title="Code block" aria-label="Code block" onMouseDown={keepFocus} onClick={() => wrap("```\n", "\n```")}><Braces /></button>
          <span className="composer-gap" />
          <span className="composer-keys">{openFence(text) ? "Enter makes a line; close with ```" : text ? <><b>Shift+Enter</b> new line</> : null}</span>
          <button type="button" className="composer-send" data-testid={`${testId}-send`} aria-label="Send" disabled={!text.trim()} onMouseDown={keepFocus} onClick={() => void send()}><Send size={17} /></button>
        </div>
      </div>
    </div>
  );
});

function HintRow({ hint, current, id, onTake }: { hint: Hint; current: boolean; id: string; onTake: () => void }) {
  const { workspace } = useHouse();
  const row = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (current) row.current?.scrollIntoView({ block: "nearest" });
  }, [current]);
  const user = hint.userId ? workspace.users.get(hint.userId) : undefined;
  return (
    <div ref={row} id={id} role="option" aria-selected={current} className="hint" onMouseDown={keepFocus} onClick={onTake}>
      {user && <Avatar user={user} size={22} />}
      {hint.kind === "channel" && <Hash size={16} />}
      <span className="hint-label">{hint.label}</span>
      {hint.help && <span className="hint-help">{hint.help}</span>}
    </div>
  );
}

function keepFocus(event: { preventDefault: () => void }) {
  event.preventDefault();
}

/** Enter on a hint that says no more than what is typed sends instead. */
function complete(text: string, hint: Hint): boolean {
  return hint.kind === "command" ? text.trim() === hint.insert.trim() : hint.kind === "word" && text.trim() === hint.insert.trim();
}

/** Inside ``` Enter makes a line, as in Slack. */
function openFence(text: string): boolean {
  return (text.match(/```/g)?.length ?? 0) % 2 === 1;
}
