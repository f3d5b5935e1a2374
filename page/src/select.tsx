/** Select menus, one or many, from the block's own options, from people, from channels or from the app's suggestions. */

import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { Avatar } from "./avatar";
import { useHouse } from "./house";
import { Check, Chevron, Close, Hash } from "./icons";
import { Popup } from "./popup";
import type { Element, Option } from "./protocol";
import { useSurface, type Said } from "./surface";
import { PlainText } from "./text";
import { nameOf, type Workspace } from "./workspace";

const SUGGEST_WAIT_MS = 180;
/** So few options need no search field, though typing still finds among them. */
const FEW = 7;

interface Choice {
  key: string;
  label: string;
  group?: string;
  note?: string;
  option?: Option;
  userId?: string;
  channel?: boolean;
}

/** Where each kind keeps its answer, and what it is chosen from. */
const KINDS: Record<string, { one: keyof Said; many: keyof Said; from: "options" | "users" | "channels" | "conversations" | "app" }> = {
  static_select: { one: "selected_option", many: "selected_options", from: "options" },
  external_select: { one: "selected_option", many: "selected_options", from: "app" },
  users_select: { one: "selected_user", many: "selected_users", from: "users" },
  channels_select: { one: "selected_channel", many: "selected_channels", from: "channels" },
  conversations_select: { one: "selected_conversation", many: "selected_conversations", from: "conversations" },
};

export function isSelect(type: string): boolean {
  return type.replace(/^multi_/, "") in KINDS;
}

interface Props {
  element: Element;
  block: string;
  onSaid: (said: Said) => void;
  labelledBy?: string;
  describedBy?: string;
  busy?: boolean;
}

export function Select({ element, block, onSaid, labelledBy, describedBy, busy }: Props) {
  const many = element.type.startsWith("multi_");
  const kind = KINDS[element.type.replace(/^multi_/, "")]!;
  const { workspace } = useHouse();
  const surface = useSurface();
  const [open, setOpen] = useState(false);
  const field = useRef<HTMLButtonElement>(null);
  const said = surface.values[block]?.[element.action_id ?? ""];
  const chosen = chosenOf(said, element, kind[many ? "many" : "one"], workspace);

  const tell = (next: Choice[]) => {
    const values = next.map((choice) => choice.option ?? choice.key);
    onSaid({ type: element.type, [kind[many ? "many" : "one"]]: many ? values : (values[0] ?? null) } as unknown as Said);
  };
  const pick = (choice: Choice) => {
    if (!many) {
      setOpen(false);
      field.current?.focus();
      tell([choice]);
      return;
    }
    const has = chosen.some((one) => one.key === choice.key);
    if (!has && element.max_selected_items && chosen.length >= element.max_selected_items) return;
    tell(has ? chosen.filter((one) => one.key !== choice.key) : [...chosen, choice]);
  };
  const placeholder = element.placeholder?.text ?? (many ? "Choose one or more" : "Choose an option");

  return (
    <span className={`select ${surface.kind === "modal" ? "select-wide" : ""}`}>
      <button
        ref={field}
        type="button"
        role="combobox"
        className={`select-field ${open ? "is-open" : ""}`}
        aria-haspopup="listbox"
        aria-expanded={open}
        aria-labelledby={labelledBy}
        aria-label={labelledBy ? undefined : (element.accessibility_label ?? placeholder)}
        aria-describedby={describedBy}
        data-action={element.action_id}
        aria-busy={busy}
        onClick={() => setOpen((was) => !was)}
        onKeyDown={(event) => {
          if (event.key === "ArrowDown" || event.key === "ArrowUp") {
            event.preventDefault();
            setOpen(true);
          }
        }}
      >
        {chosen.length === 0 ? (
          <span className="select-empty">{placeholder}</span>
        ) : many ? (
          <span className="select-chips">
            {chosen.map((choice) => (
              <span key={choice.key} className="chip">
                {choice.label}
                <span className="chip-off" onClick={(event) => { event.stopPropagation(); tell(chosen.filter((one) => one.key !== choice.key)); }}>
                  <Close size={12} />
                </span>
              </span>
            ))}
          </span>
        ) : (
          <span className="select-value"><PlainText text={chosen[0]!.label} /></span>
        )}
        {busy ? <span className="spinner" /> : <Chevron size={16} />}
      </button>
      {open && (
        <Popup anchor={field} onClose={() => setOpen(false)} label={placeholder}>
          <Choices element={element} block={block} from={kind.from} chosen={chosen} many={many} onPick={pick} onClose={() => { setOpen(false); field.current?.focus(); }} />
        </Popup>
      )}
    </span>
  );
}

interface ChoicesProps {
  element: Element;
  block: string;
  from: "options" | "users" | "channels" | "conversations" | "app";
  chosen: Choice[];
  many: boolean;
  onPick: (choice: Choice) => void;
  onClose: () => void;
}

function Choices({ element, block, from, chosen, many, onPick, onClose }: ChoicesProps) {
  const { workspace } = useHouse();
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  const own = useMemo(() => ownChoices(element, from, workspace), [element, from, workspace]);
  const suggested = useSuggested(element, block, typed, from === "app");
  const shown = from === "app" ? suggested.choices : own.filter((choice) => matches(choice, typed));
  const current = Math.min(at, shown.length - 1);

  useEffect(() => {
    input.current?.focus();
  }, []);
  // In braces: scrollIntoView returns a promise in newer browsers, which is no clean-up.
  useEffect(() => {
    list.current?.querySelector("[data-current=true]")?.scrollIntoView({ block: "nearest" });
  }, [current]);

  const keys = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      setAt((current + (event.key === "ArrowDown" ? 1 : shown.length - 1)) % Math.max(1, shown.length));
    } else if (event.key === "Enter") {
      event.preventDefault();
      const choice = shown[current];
      if (choice) onPick(choice);
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      onClose();
    } else if (event.key === "Tab") {
      onClose();
    }
  };

  return (
    <>
      <input
        ref={input}
        className={from === "options" && own.length <= FEW ? "select-search is-quiet" : "select-search"}
        value={typed}
        placeholder={from === "app" ? "Type to search" : "Search"}
        role="searchbox"
        aria-controls={`${id}-list`}
        aria-activedescendant={shown[current] ? `${id}-${current}` : undefined}
        aria-label="Search the options"
        onChange={(event) => { setTyped(event.target.value); setAt(0); }}
        onKeyDown={keys}
      />
      <div ref={list} id={`${id}-list`} role="listbox" aria-multiselectable={many} className="select-list">
        {shown.map((choice, index) => {
          const picked = chosen.some((one) => one.key === choice.key);
          return (
            <div key={choice.key}>
              {choice.group && choice.group !== shown[index - 1]?.group && <div className="select-group">{choice.group}</div>}
              <div
                id={`${id}-${index}`}
                role="option"
                aria-selected={picked}
                data-current={index === current}
                className="select-option"
                onPointerMove={() => setAt(index)}
                onClick={() => onPick(choice)}
              >
                {choice.userId && <Avatar user={workspace.users.get(choice.userId)!} size={20} />}
                {choice.channel && <Hash size={15} />}
                <span className="select-option-text">
                  <PlainText text={choice.label} />
                  {choice.note && <small>{choice.note}</small>}
                </span>
                {picked && <Check size={15} />}
              </div>
            </div>
          );
        })}
        {shown.length === 0 && <div className="select-none">{from === "app" ? suggested.words : "Nothing matches"}</div>}
      </div>
    </>
  );
}

/** The app's own options for what was typed; an answer that comes late for an older text is dropped. */
function useSuggested(element: Element, block: string, typed: string, wanted: boolean): { choices: Choice[]; words: string } {
  const { suggest } = useSurface();
  const [found, setFound] = useState<{ choices: Choice[]; words: string }>({ choices: [], words: "" });
  const least = element.min_query_length ?? 3;
  const asking = useRef(suggest);
  asking.current = suggest;
  useEffect(() => {
    if (!wanted) return;
    if (typed.length < least) {
      setFound({ choices: [], words: `Type ${least === 1 ? "a letter" : `${least} letters`} or more` });
      return;
    }
    let late = false;
    setFound((before) => ({ ...before, words: "Searching…" }));
    const timer = window.setTimeout(async () => {
      const answer = await asking.current(block, element.action_id ?? "", typed);
      if (late) return;
      const choices = [
        ...(answer.options ?? []).map((option) => fromOption(option)),
        ...(answer.option_groups ?? []).flatMap((group) => group.options.map((option) => fromOption(option, group.label.text))),
      ];
      setFound({ choices, words: answer.error ?? "Nothing matches" });
    }, SUGGEST_WAIT_MS);
    return () => {
      late = true;
      window.clearTimeout(timer);
    };
  }, [wanted, typed, least, block, element.action_id]);
  return found;
}

function ownChoices(element: Element, from: ChoicesProps["from"], workspace: Workspace): Choice[] {
  const users = () => [...workspace.users.values()].map((user): Choice => ({ key: user.id, label: nameOf(user), note: user.title, userId: user.id }));
  const channels = () => workspace.channels.filter((channel) => channel.kind === "channel").map((channel): Choice => ({ key: channel.id, label: channel.name, channel: true }));
  switch (from) {
    case "users":
      return users();
    case "channels":
      return channels();
    case "conversations": {
      const wanted: string[] = element.filter?.include ?? ["public", "private", "im"];
      const direct = workspace.channels.filter((channel) => channel.kind === "dm").map((channel): Choice => ({ key: channel.id, label: nameOf(workspace.users.get(channel.user ?? "")) || channel.name }));
      return [...(wanted.includes("public") || wanted.includes("private") ? channels() : []), ...(wanted.includes("im") ? direct : [])];
    }
    default:
      return [
        ...((element.options ?? []) as Option[]).map((option) => fromOption(option)),
        ...((element.option_groups ?? []) as { label: { text: string }; options: Option[] }[]).flatMap((group) => group.options.map((option) => fromOption(option, group.label.text))),
      ];
  }
}

function fromOption(option: Option, group?: string): Choice {
  return { key: option.value, label: option.text.text, note: option.description?.text, option, group };
}

function chosenOf(said: Said | undefined, element: Element, field: keyof Said, workspace: Workspace): Choice[] {
  const initial = element[String(field).replace("selected_", "initial_")] ?? (field === "selected_options" ? element.initial_options : undefined);
  const value = said ? said[field] : initial;
  const values = value === null || value === undefined ? [] : Array.isArray(value) ? value : [value];
  return (values as (string | Option)[]).map((one) => {
    if (typeof one !== "string") return fromOption(one);
    const user = workspace.users.get(one);
    const channel = workspace.channels.find((known) => known.id === one);
    return { key: one, label: user ? nameOf(user) : (channel?.name ?? one), userId: user?.id, channel: Boolean(channel) };
  });
}

function matches(choice: Choice, typed: string): boolean {
  const words = typed.toLowerCase().trim();
  return !words || choice.label.toLowerCase().includes(words) || Boolean(choice.note?.toLowerCase().includes(words));
}
