// The dashboard's first page: health and background work, asked for again and again while the page is visible.

const HEALTH_URL = "/api/v1/health";
const JOBS_URL = "/api/v1/test/jobs/status";
const REFRESH_MS = 5_000;
const TIMEOUT_MS = 8_000;
const COUNTS = ["pending", "processing", "completed", "failed"];

const byId = (id) => document.getElementById(id);

// Live regions announce every write, so a text that stays the same is left alone.
function show(element, text, state = "") {
  if (element.textContent !== text) element.textContent = text;
  if (element.dataset.state !== state) element.dataset.state = state;
}

function showTime(element) {
  const now = new Date();
  element.dateTime = now.toISOString();
  element.textContent = now.toLocaleTimeString();
}

async function ask(url) {
  const response = await fetch(url, { cache: "no-store", signal: AbortSignal.timeout(TIMEOUT_MS) });
  return { status: response.status, body: await response.json() };
}

function showPart(element, value) {
  if (value === "connected") show(element, "Connected", "good");
  else if (value === "disconnected") show(element, "Disconnected", "bad");
  else show(element, "Unknown");
}

function describe(report) {
  if (report.database === "connected") return "Redis does not answer.";
  if (report.redis === "connected") return "The database does not answer.";
  return "Database and Redis do not answer.";
}

// Unhealthy comes with status 503 and is a report all the same; anything else that answers is not.
async function refreshHealth() {
  try {
    const { body } = await ask(HEALTH_URL);
    if (body.status !== "healthy" && body.status !== "unhealthy") throw new Error("no health report");
    const healthy = body.status === "healthy";
    showPart(byId("health-database"), body.database);
    showPart(byId("health-redis"), body.redis);
    show(byId("health-badge"), healthy ? "Healthy" : "Unhealthy", healthy ? "good" : "bad");
    show(byId("health-summary"), healthy ? "Database and Redis answer." : describe(body));
    showTime(byId("health-time"));
  } catch {
    showPart(byId("health-database"));
    showPart(byId("health-redis"));
    show(byId("health-badge"), "Unreachable", "bad");
    show(byId("health-summary"), `No health report; next try in ${REFRESH_MS / 1000} s.`);
  }
}

function showCounts(body) {
  for (const name of COUNTS) show(byId(`jobs-${name}`), body ? body[name].toLocaleString() : "–");
}

// True while it is worth asking again: outside test mode the route does not exist.
async function refreshJobs() {
  try {
    const { status, body } = await ask(JOBS_URL);
    if (status === 404) {
      showCounts();
      show(byId("jobs-badge"), "No data");
      show(byId("jobs-summary"), "Shown in test mode only.");
      return false;
    }
    if (status !== 200) throw new Error(`status ${status}`);
    const running = body.worker_status === "running";
    showCounts(body);
    show(byId("jobs-badge"), running ? "Running" : "Stopped", running ? "good" : "bad");
    show(byId("jobs-summary"), running ? "The sweeper is running." : "No sweep in the last 3 minutes.");
    showTime(byId("jobs-time"));
  } catch {
    showCounts();
    show(byId("jobs-badge"), "Unknown", "bad");
    show(byId("jobs-summary"), `No job report; next try in ${REFRESH_MS / 1000} s.`);
  }
  return true;
}

let timer;
let busy = false;
let jobsExist = true;

// The next round is due only when this one has ended, so that a slow API is not asked twice at once.
async function refresh() {
  if (busy || document.hidden) return;
  busy = true;
  clearTimeout(timer);
  await Promise.all([
    refreshHealth(),
    jobsExist &&
      refreshJobs().then((exist) => {
        jobsExist = exist;
      }),
  ]);
  busy = false;
  timer = setTimeout(refresh, REFRESH_MS);
}

document.addEventListener("visibilitychange", () => {
  // Who comes back to the page may have switched test mode on meanwhile.
  jobsExist = true;
  refresh();
});
refresh();
