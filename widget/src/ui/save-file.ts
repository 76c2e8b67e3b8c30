/** A file made by the page itself, for its user to keep. */

const GONE_AFTER = 10_000; // ms

export function saveFile(name: string, text: string): void {
  const type = name.endsWith(".json") ? "application/json" : "text/plain;charset=utf-8";
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), GONE_AFTER);
}
