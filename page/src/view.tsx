/** A modal and the app's home: blocks with a memory, a submit and the app's word on what is wrong. */

import { useEffect, useMemo, useState } from "react";
import { Blocks } from "./blocks";
import { Dialog } from "./dialog";
import { useHouse } from "./house";
import { Close } from "./icons";
import { withSaid } from "./message";
import type { Block, Element, View } from "./protocol";
import { SurfaceContext, type Said, type Surface, type Values } from "./surface";
import { PlainText } from "./text";

export function Modal({ view }: { view: View }) {
  const { ask } = useHouse();
  const memory = useViewSurface(view, "modal");
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const close = () => void ask("view/close", { view_id: view.id });
  useEffect(() => {
    setBusy(false);
    setTrouble(null);
  }, [view]);

  const submit = async () => {
    if (busy) return;
    const missing = unanswered(view.blocks, memory.values);
    memory.setErrors(missing);
    if (Object.keys(missing).length) return focusFirst();
    setBusy(true);
    setTrouble(null);
    const answer = await ask("view/submit", { view_id: view.id, values: memory.complete() });
    setBusy(false);
    const errors = (answer.errors ?? answer.response?.errors) as Record<string, string> | undefined;
    if (errors && Object.keys(errors).length) {
      memory.setErrors(errors);
      focusFirst();
    } else if (!answer.ok) setTrouble(answer.error ?? "We had some trouble connecting. Try again?");
  };

  return (
    <Dialog label={view.title?.text ?? "Dialog"} onClose={close} className="dialog-view" testId="modal">
      <form
        className="view-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <div className="dialog-head">
          <h2><PlainText text={view.title?.text} /></h2>
          <button type="button" className="icon-button" aria-label="Close" data-testid="modal-close" onClick={close}><Close /></button>
        </div>
        <div className="dialog-body">
          {trouble && <div className="view-trouble" role="alert">{trouble}</div>}
          <SurfaceContext.Provider value={memory.surface}>
            <Blocks blocks={view.blocks} />
          </SurfaceContext.Provider>
        </div>
        <div className="dialog-foot">
          <button type="button" className="button" onClick={close}><PlainText text={view.close ?? "Cancel"} /></button>
          {view.submit && (
            <button type="submit" className="button button-primary" data-testid="modal-submit" aria-busy={busy}>
              <span className={busy ? "button-words is-hidden" : "button-words"}><PlainText text={view.submit} /></span>
              {busy && <span className="spinner" />}
            </button>
          )}
        </div>
      </form>
    </Dialog>
  );
}

export function HomeView({ view }: { view: View }) {
  const { surface } = useViewSurface(view, "home");
  return (
    <SurfaceContext.Provider value={surface}>
      <div className="home"><Blocks blocks={view.blocks} /></div>
    </SurfaceContext.Provider>
  );
}

function useViewSurface(view: View, kind: "modal" | "home") {
  const { ask, complain } = useHouse();
  const [values, setValues] = useState<Values>(() => kept(view));
  const [errors, setErrors] = useState<Record<string, string>>({});
  // An updated view keeps what was typed where block and element are still the same; another view starts empty.
  useEffect(() => {
    setValues(kept(view));
    setErrors({});
  }, [view.id]);

  const complete = () => withInitials(view.blocks, values);
  const surface = useMemo<Surface>(
    () => ({
      kind,
      values,
      errors,
      say: (block, action, said) => {
        setValues((before) => withSaid(before, block, action, said));
        setErrors(({ [block]: _gone, ...rest }) => rest);
      },
      act: async (block, element, said) => {
        const answer = await ask("view/action", { view_id: view.id, action: { ...element, block_id: block, ...said }, state: { values: complete() } });
        if (!answer.ok) complain(answer.error ?? "That did not work.");
        return answer.ok;
      },
      suggest: async (block, action, typed) => {
        const answer = await ask("suggest", { action_id: action, block_id: block, value: typed, view_id: view.id });
        return answer.ok === false ? { error: answer.error } : answer;
      },
    }),
    [ask, complain, kind, values, errors, view],
  );
  return { surface, values, complete, setErrors };
}

/** What was typed before another modal came on top of this one. */
function kept(view: View): Values {
  return (view.state?.values as Values | undefined) ?? {};
}

/** Slack's state holds every input, also those nobody touched: with what they started with, or null. */
function withInitials(blocks: Block[], values: Values): Values {
  let all = values;
  for (const [index, block] of blocks.entries()) {
    const id = block.block_id ?? `b${index}`;
    const elements: Element[] = block.type === "input" ? [block.element] : block.type === "actions" ? block.elements : block.accessory ? [block.accessory] : [];
    for (const element of elements) {
      const action = element.action_id ?? "";
      if (all[id]?.[action] || !(element.type in EMPTY)) continue;
      all = withSaid(all, id, action, { type: element.type, ...initial(element) } as Said);
    }
  }
  return all;
}

const EMPTY: Record<string, [field: string, initial: string, none: unknown]> = {
  plain_text_input: ["value", "initial_value", null],
  email_text_input: ["value", "initial_value", null],
  url_text_input: ["value", "initial_value", null],
  number_input: ["value", "initial_value", null],
  static_select: ["selected_option", "initial_option", null],
  external_select: ["selected_option", "initial_option", null],
  users_select: ["selected_user", "initial_user", null],
  channels_select: ["selected_channel", "initial_channel", null],
  conversations_select: ["selected_conversation", "initial_conversation", null],
  multi_static_select: ["selected_options", "initial_options", []],
  multi_external_select: ["selected_options", "initial_options", []],
  multi_users_select: ["selected_users", "initial_users", []],
  multi_channels_select: ["selected_channels", "initial_channels", []],
  multi_conversations_select: ["selected_conversations", "initial_conversations", []],
  checkboxes: ["selected_options", "initial_options", []],
  radio_buttons: ["selected_option", "initial_option", null],
  datepicker: ["selected_date", "initial_date", null],
  timepicker: ["selected_time", "initial_time", null],
  datetimepicker: ["selected_date_time", "initial_date_time", null],
};

function initial(element: Element): Record<string, unknown> {
  const [field, from, none] = EMPTY[element.type]!;
  return { [field]: element[from] ?? none };
}

/** What Slack's own client refuses before the app ever hears of it. */
function unanswered(blocks: Block[], values: Values): Record<string, string> {
  const all = withInitials(blocks, values);
  const missing: Record<string, string> = {};
  for (const [index, block] of blocks.entries()) {
    if (block.type !== "input") continue;
    const id = block.block_id ?? `b${index}`;
    const element: Element = block.element;
    const kind = EMPTY[element.type];
    if (!kind) continue;
    const value = (all[id]?.[element.action_id ?? ""] as Record<string, unknown> | undefined)?.[kind[0]];
    const empty = value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
    if (empty && !block.optional) missing[id] = "Please complete this required field.";
    else if (!empty && element.type === "email_text_input" && !/^\S+@\S+\.\S+$/.test(String(value))) missing[id] = "Enter an e-mail address, like name@example.com.";
    else if (!empty && element.type === "number_input" && Number.isNaN(Number(value))) missing[id] = "Enter a number.";
    else if (!empty && typeof value === "string" && element.min_length && value.length < element.min_length) missing[id] = `Enter at least ${element.min_length} characters.`;
  }
  return missing;
}

function focusFirst() {
  requestAnimationFrame(() => document.querySelector<HTMLElement>(".has-error input, .has-error textarea, .has-error [role=combobox]")?.focus());
}
