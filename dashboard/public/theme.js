// The chosen theme, before the first paint; src/app/theme.ts writes it. Without a choice the system's holds.
try {
  const theme = localStorage.getItem("paygate-theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage is forbidden: the system's theme it is.
}
