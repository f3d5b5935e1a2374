/** Where the caret of a textarea stands on the screen: measured on an invisible copy laid over it. */

const COPIED = ["fontFamily", "fontSize", "fontWeight", "lineHeight", "letterSpacing", "paddingTop", "paddingRight", "paddingBottom", "paddingLeft", "borderTopWidth", "borderLeftWidth", "tabSize"] as const;

export function caretOf(area: HTMLTextAreaElement, at = area.selectionStart): { left: number; top: number; height: number } {
  const copy = document.createElement("div");
  const look = getComputedStyle(area);
  for (const name of COPIED) copy.style[name] = look[name];
  Object.assign(copy.style, { position: "absolute", visibility: "hidden", whiteSpace: "pre-wrap", overflowWrap: "break-word", boxSizing: "border-box", width: `${area.clientWidth}px`, top: "0", left: "0" });
  copy.textContent = area.value.slice(0, at);
  const mark = document.createElement("span");
  mark.textContent = "\u200b";
  copy.append(mark);
  document.body.append(copy);
  const frame = area.getBoundingClientRect();
  const place = { left: frame.left + mark.offsetLeft - area.scrollLeft, top: frame.top + mark.offsetTop - area.scrollTop, height: mark.offsetHeight };
  copy.remove();
  return place;
}
