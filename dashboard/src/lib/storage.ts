/** The browser's storage for preferences; where it is forbidden, nothing is kept. */

export function readPreference(name: string): string | null {
  try {
    return localStorage.getItem(`paygate-${name}`);
  } catch {
    return null;
  }
}

export function keepPreference(name: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(`paygate-${name}`);
    else localStorage.setItem(`paygate-${name}`, value);
  } catch {
    // Kept for this page only.
  }
}
