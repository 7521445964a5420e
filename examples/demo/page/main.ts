import "@fontsource-variable/archivo/wdth.css";
import "@fontsource-variable/literata/wght.css";
import "./style.css";

interface Status {
  readonly startedAt: number;
  readonly connections: number;
  readonly sampling: readonly { readonly kind: string }[];
}

const status = document.getElementById("status") as HTMLElement;
const snippet = document.getElementById("snippet") as HTMLElement;
const copy = document.getElementById("copy") as HTMLButtonElement;

const scheme = location.protocol === "https:" ? "wss" : "ws";
snippet.textContent = `const socket = new WebSocket("${scheme}://${location.host}/live");
socket.onmessage = ({ data }) => console.log(data);
socket.onopen = () => socket.send('{"type":"chat","data":{"text":"Hello"}}');`;

copy.addEventListener("click", async () => {
  await navigator.clipboard.writeText(snippet.textContent ?? "");
  copy.textContent = "Copied";
});

async function showStatus(): Promise<void> {
  if (document.hidden) return;
  try {
    const { startedAt, connections, sampling } = (await (await fetch("./status")).json()) as Status;
    const since = new Date(startedAt).toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" });
    const measured =
      sampling.length === 0
        ? "nothing is measured"
        : `measuring ${sampling.map(({ kind }) => kind).join(", ")}`;
    const connected = connections === 1 ? "1 connection" : `${connections} connections`;
    status.textContent = `Up since ${since}, ${connected}, ${measured}.`;
  } catch {
    status.textContent = "The server does not answer.";
  }
}

void showStatus();
setInterval(showStatus, 3_000);
document.addEventListener("visibilitychange", showStatus);
