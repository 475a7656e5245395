// The front page: the health panel and the command to copy.

const HEALTH_URL = "/api/v1/health";
const REFRESH_MS = 10_000;
const TIMEOUT_MS = 8_000;
const COPIED_MS = 2_000;

const byId = (id) => document.getElementById(id);

// Live regions announce every write, so a text that stays the same is left alone.
function show(element, text, state = "") {
  if (element.textContent !== text) element.textContent = text;
  if (element.dataset.state !== state) element.dataset.state = state;
}

// The API's report, also when it is unhealthy (503); throws when what answers is not a health report.
async function fetchHealth() {
  const response = await fetch(HEALTH_URL, { cache: "no-store", signal: AbortSignal.timeout(TIMEOUT_MS) });
  const report = await response.json();
  if (report.status !== "healthy" && report.status !== "unhealthy") throw new Error(`no report: ${response.status}`);
  return report;
}

function showPart(element, value) {
  if (value === "connected") show(element, "Connected", "good");
  else if (value === "disconnected") show(element, "Disconnected", "bad");
  else show(element, "Unknown");
}

function showReport(report) {
  const healthy = report.status === "healthy";
  showPart(byId("health-database"), report.database);
  showPart(byId("health-redis"), report.redis);
  show(byId("health-badge"), healthy ? "Healthy" : "Unhealthy", healthy ? "good" : "bad");
  show(byId("health-summary"), healthy ? "Database and Redis answer." : describe(report));
  const now = new Date();
  const time = byId("health-time");
  time.dateTime = now.toISOString();
  time.textContent = now.toLocaleTimeString();
}

function describe(report) {
  if (report.database === "connected") return "Redis does not answer.";
  if (report.redis === "connected") return "The database does not answer.";
  return "Database and Redis do not answer.";
}

function showUnreachable() {
  showPart(byId("health-database"));
  showPart(byId("health-redis"));
  show(byId("health-badge"), "Unreachable", "bad");
  show(byId("health-summary"), `No health report; next try in ${REFRESH_MS / 1000} s.`);
}

let timer;
let busy = false;

// Runs while the page is visible; the next check is due only when this one has ended.
async function refresh() {
  if (busy || document.hidden) return;
  busy = true;
  clearTimeout(timer);
  try {
    showReport(await fetchHealth());
  } catch {
    showUnreachable();
  }
  busy = false;
  timer = setTimeout(refresh, REFRESH_MS);
}

// The clipboard is there in secure contexts only (HTTPS, localhost); elsewhere the command is selected for the reader.
async function copyCommand() {
  const command = byId("command");
  const status = byId("copy-status");
  status.textContent = "";
  try {
    await navigator.clipboard.writeText(command.textContent);
    status.textContent = "Copied";
    setTimeout(() => {
      status.textContent = "";
    }, COPIED_MS);
  } catch {
    getSelection().selectAllChildren(command);
    status.textContent = "Selected; press Ctrl+C or ⌘C";
  }
}

byId("origin").textContent = location.origin;
byId("copy").addEventListener("click", copyCommand);
document.addEventListener("visibilitychange", refresh);
refresh();
