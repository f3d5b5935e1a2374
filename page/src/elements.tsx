/** Draw one interactive element and tell its surface what was done with it. */

import { useEffect, useId, useRef, useState, type ReactNode } from "react";
import { useConfirm } from "./confirm";
import { Dots, Warning } from "./icons";
import { Popup } from "./popup";
import type { Element, Option } from "./protocol";
import { isSelect, Select } from "./select";
import { useSurface, type Said } from "./surface";
import { PlainText, Text } from "./text";

interface Props {
  element: Element;
  block: string;
  /** In an input block the answer only travels with the submit, unless the block dispatches it. */
  quiet?: boolean;
  labelledBy?: string;
  describedBy?: string;
}

const TEXT_TYPES: Record<string, string> = {
  plain_text_input: "text",
  email_text_input: "email",
  url_text_input: "url",
  number_input: "number",
  rich_text_input: "text",
};
const PICKERS: Record<string, { input: string; field: keyof Said; initial: string }> = {
  datepicker: { input: "date", field: "selected_date", initial: "initial_date" },
  timepicker: { input: "time", field: "selected_time", initial: "initial_time" },
  datetimepicker: { input: "datetime-local", field: "selected_date_time", initial: "initial_date_time" },
};

export function ElementOf(props: Props): ReactNode {
  const { element } = props;
  if (element.type === "button" || element.type === "workflow_button") return <Button {...props} />;
  if (isSelect(element.type)) return <SelectElement {...props} />;
  if (element.type === "overflow") return <Overflow {...props} />;
  if (element.type === "checkboxes" || element.type === "radio_buttons") return <Ticks {...props} />;
  if (element.type in PICKERS) return <Picker {...props} />;
  if (element.type in TEXT_TYPES) return <TextInput {...props} />;
  if (element.type === "feedback_buttons") return <Feedback {...props} />;
  if (element.type === "icon_button") return <Button {...props} element={{ ...element, icon: true }} />;
  if (element.type === "image") return <img className="accessory-image" src={element.image_url} alt={element.alt_text ?? ""} />;
  return <span className="cannot-draw">({element.type} is not drawn in the playground)</span>;
}

/** What every element does: remember, and where it is not quiet, tell the app, with a sign while it waits and one when it failed. */
function useAct({ element, block, quiet }: Props) {
  const surface = useSurface();
  const [state, setState] = useState<"idle" | "busy" | "failed">("idle");
  const alive = useRef(true);
  useEffect(() => {
    alive.current = true;
    return () => {
      alive.current = false;
    };
  }, []);
  const act = async (said: Partial<Said>, option?: Partial<Element>) => {
    setState("busy");
    const taken = await surface.act(block, { ...element, ...option }, said);
    if (alive.current) setState(taken ? "idle" : "failed");
  };
  const say = (said: Said) => {
    surface.say(block, element.action_id ?? "", said);
    if (!quiet) void act(said);
  };
  return { surface, state, act, say, said: surface.values[block]?.[element.action_id ?? ""] };
}

function Button(props: Props) {
  const { element } = props;
  const { state, act } = useAct(props);
  const [confirm, dialog] = useConfirm(element);
  const style = element.style === "primary" ? "button-primary" : element.style === "danger" ? "button-danger" : "";
  const press = () => {
    if (state === "busy") return;
    confirm(() => {
      if (element.url && /^(https?|mailto):/.test(element.url)) window.open(element.url, "_blank", "noopener,noreferrer");
      void act({ value: element.value ?? null });
    });
  };
  return (
    <>
      <button type="button" className={`button ${style}`} aria-label={element.accessibility_label} aria-busy={state === "busy"} data-action={element.action_id} data-value={element.value} onClick={press}>
        <span className={state === "busy" ? "button-words is-hidden" : "button-words"}><PlainText text={element.text} /></span>
        {state === "busy" && <span className="spinner" />}
        {state === "failed" && <span className="button-failed" title="That did not work. Try again."><Warning size={14} /></span>}
      </button>
      {dialog}
    </>
  );
}

function SelectElement(props: Props) {
  const { state, say } = useAct(props);
  const [confirm, dialog] = useConfirm(props.element);
  return (
    <>
      <Select element={props.element} block={props.block} labelledBy={props.labelledBy} describedBy={props.describedBy} busy={state === "busy"} onSaid={(said) => confirm(() => say(said))} />
      {dialog}
    </>
  );
}

function Overflow(props: Props) {
  const { element } = props;
  const { state, act } = useAct(props);
  const [open, setOpen] = useState(false);
  const [confirm, dialog] = useConfirm(element);
  const opener = useRef<HTMLButtonElement>(null);
  const choose = (option: Option) => {
    setOpen(false);
    opener.current?.focus();
    confirm(() => {
      if (option.url) window.open(option.url, "_blank", "noopener,noreferrer");
      void act({ selected_option: option });
    });
  };
  return (
    <>
      <button ref={opener} type="button" className="button button-overflow" aria-haspopup="menu" aria-expanded={open} aria-label={element.accessibility_label ?? "More actions"} data-action={element.action_id} onClick={() => setOpen((was) => !was)}>
        {state === "busy" ? <span className="spinner" /> : <Dots size={18} />}
      </button>
      {open && (
        <Popup anchor={opener} onClose={() => setOpen(false)} width={240} align="end">
          <Menu options={element.options ?? []} onChoose={choose} onClose={() => { setOpen(false); opener.current?.focus(); }} />
        </Popup>
      )}
      {dialog}
    </>
  );
}

function Menu({ options, onChoose, onClose }: { options: Option[]; onChoose: (option: Option) => void; onClose: () => void }) {
  const menu = useRef<HTMLDivElement>(null);
  useEffect(() => {
    menu.current?.querySelector("button")?.focus();
  }, []);
  return (
    <div
      ref={menu}
      role="menu"
      className="menu"
      onKeyDown={(event) => {
        const items = [...menu.current!.querySelectorAll("button")];
        const at = items.indexOf(document.activeElement as HTMLButtonElement);
        if (event.key === "ArrowDown") items[(at + 1) % items.length]?.focus();
        else if (event.key === "ArrowUp") items[(at + items.length - 1) % items.length]?.focus();
        else if (event.key === "Escape" || event.key === "Tab") onClose();
        else return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      {options.map((option, index) => (
        <button key={index} type="button" role="menuitem" className="menu-item" onClick={() => onChoose(option)}>
          <PlainText text={option.text.text} />
          {option.description && <small>{option.description.text}</small>}
        </button>
      ))}
    </div>
  );
}

function Ticks(props: Props) {
  const { element, block, labelledBy, describedBy } = props;
  const { say, said } = useAct(props);
  const name = useId();
  const many = element.type === "checkboxes";
  const chosen: Option[] = many ? (said?.selected_options ?? element.initial_options ?? []) : [said?.selected_option ?? element.initial_option].filter(Boolean);
  const tick = (option: Option, on: boolean) => {
    if (!many) return say({ type: element.type, selected_option: option });
    const rest = chosen.filter((one) => one.value !== option.value);
    say({ type: element.type, selected_options: on ? [...rest, option] : rest });
  };
  return (
    <div role={many ? "group" : "radiogroup"} aria-labelledby={labelledBy} aria-describedby={describedBy} className="ticks" data-block={block}>
      {((element.options ?? []) as Option[]).map((option) => (
        <label key={option.value} className="tick">
          <input type={many ? "checkbox" : "radio"} name={name} value={option.value} checked={chosen.some((one) => one.value === option.value)} onChange={(event) => tick(option, event.target.checked)} />
          <span>
            <Text text={option.text} />
            {option.description && <small><Text text={option.description} /></small>}
          </span>
        </label>
      ))}
    </div>
  );
}

function Picker(props: Props) {
  const { element, labelledBy, describedBy } = props;
  const { say, said } = useAct(props);
  const kind = PICKERS[element.type]!;
  const value = said ? said[kind.field] : element[kind.initial];
  const shown = kind.input === "datetime-local" && value ? localInput(Number(value)) : ((value as string | null) ?? "");
  return (
    <input
      type={kind.input}
      className="field field-picker"
      value={shown}
      aria-labelledby={labelledBy}
      aria-label={labelledBy ? undefined : (element.placeholder?.text ?? element.type)}
      aria-describedby={describedBy}
      data-action={element.action_id}
      onChange={(event) => {
        const typed = event.target.value;
        const next = !typed ? null : kind.input === "datetime-local" ? Math.floor(new Date(typed).getTime() / 1000) : typed;
        say({ type: element.type, [kind.field]: next });
      }}
    />
  );
}

function localInput(seconds: number): string {
  const at = new Date(seconds * 1000);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function TextInput(props: Props) {
  const { element, labelledBy, describedBy } = props;
  const { surface, said, act } = useAct(props);
  const value = (said ? said.value : element.initial_value) ?? "";
  const shared = {
    className: "field",
    value: typeof value === "string" ? value : "",
    placeholder: element.placeholder?.text,
    maxLength: element.max_length,
    "aria-labelledby": labelledBy,
    "aria-label": labelledBy ? undefined : (element.placeholder?.text ?? "Text"),
    "aria-describedby": describedBy,
    "aria-invalid": describedBy?.includes("-error") || undefined,
    "data-action": element.action_id,
    autoFocus: element.focus_on_load,
  };
  const change = (text: string) => surface.say(props.block, element.action_id ?? "", { type: element.type, value: text === "" ? null : text });
  const sent = () => {
    const moments: string[] = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
    if (!props.quiet && moments.includes("on_enter_pressed")) void act({ type: element.type, value: value || null });
  };
  if (element.multiline || element.type === "rich_text_input") {
    const machine = /sql|select|query/i.test(`${element.action_id} ${element.placeholder?.text ?? ""}`);
    return <textarea {...shared} rows={4} className={machine ? "field field-code" : "field"} spellCheck={!machine} onChange={(event) => change(event.target.value)} />;
  }
  return (
    <input
      {...shared}
      type={TEXT_TYPES[element.type] === "number" ? "text" : TEXT_TYPES[element.type]}
      inputMode={element.type === "number_input" ? "decimal" : undefined}
      autoComplete="off"
      onChange={(event) => change(event.target.value)}
      onKeyDown={(event) => event.key === "Enter" && sent()}
    />
  );
}

function Feedback(props: Props) {
  const { element } = props;
  const { act } = useAct(props);
  const [given, setGiven] = useState<string | null>(null);
  const one = (side: "positive_button" | "negative_button", sign: string) => {
    const button = element[side];
    if (!button) return null;
    return (
      <button type="button" className={`button button-feedback ${given === side ? "is-on" : ""}`} aria-pressed={given === side} aria-label={button.accessibility_label ?? button.text?.text} onClick={() => { setGiven(side); void act({ value: button.value }); }}>
        {sign}
      </button>
    );
  };
  return <span className="feedback">{one("positive_button", "👍")}{one("negative_button", "👎")}</span>;
}
