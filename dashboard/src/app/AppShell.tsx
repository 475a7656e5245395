import { DropdownMenu } from "radix-ui";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { Link, NavLink, Outlet, ScrollRestoration, useLocation, useNavigation } from "react-router";
import { Button } from "../components/Button";
import { Dialog } from "../components/Dialog";
import { Icon, type IconName } from "../components/Icon";
import { Logo } from "../components/Logo";
import menu from "../components/Menu.module.css";
import { useToasts } from "../components/Toast";
import { classes } from "../lib/classes";
import { toWords } from "../lib/format";
import styles from "./AppShell.module.css";
import { type Place, placesFor } from "./navigation";
import { ShortcutHelp } from "./ShortcutHelp";
import { useSession } from "./session";
import { useShortcuts } from "./shortcuts";
import { THEMES, type Theme, useTheme } from "./theme";

/** The frame around every page: a sidebar, which on phones is a drawer, and the page. */
export function AppShell() {
  const { user } = useSession();
  const places = useMemo(() => placesFor(user.role), [user.role]);
  const [helping, setHelping] = useState(false);
  const [drawer, setDrawer] = useState(false);
  const { pathname, key } = useLocation();
  const moving = useNavigation().state !== "idle";
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  useShortcuts(
    useMemo(() => places.map((place) => place.path), [places]),
    useCallback(() => setHelping(true), []),
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: with each way somewhere, be it to the same place
  useEffect(() => setDrawer(false), [key]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: with each new page
  useEffect(() => {
    // The keyboard goes on at the new page's beginning, but not on the very first one.
    if (!first.current) main.current?.focus({ preventScroll: true });
    first.current = false;
  }, [pathname]);

  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#main">
        Skip to the page
      </a>
      <header className={styles.topbar}>
        <Button variant="quiet" size="icon" aria-label="Menu" onClick={() => setDrawer(true)}>
          <Icon name="menu" />
        </Button>
        <Brand />
      </header>
      <aside className={styles.sidebar}>
        <Sidebar places={places} onHelp={() => setHelping(true)} />
      </aside>
      <Dialog side open={drawer} onOpenChange={setDrawer} title="Menu">
        <Sidebar places={places} onHelp={() => setHelping(true)} />
      </Dialog>
      <main id="main" ref={main} tabIndex={-1} className={styles.main}>
        <div className={classes(styles.progress, moving && styles.moving)} aria-hidden="true" />
        <div className={styles.page}>
          <Outlet />
        </div>
      </main>
      <ShortcutHelp places={places} open={helping} onOpenChange={setHelping} />
      <ScrollRestoration />
    </div>
  );
}

function Brand() {
  const { merchant, test_mode: testMode } = useSession();
  return (
    <div className={styles.brand}>
      <Link to="/" className={styles.home}>
        <Logo />
        <span className={styles.merchant}>{merchant.name}</span>
      </Link>
      {testMode && (
        <span className={styles.testMode} title="Test mode: no money moves">
          Test
        </span>
      )}
    </div>
  );
}

function Sidebar({ places, onHelp }: { places: readonly Place[]; onHelp: () => void }) {
  return (
    <div className={styles.column}>
      <Brand />
      <nav aria-label="Main">
        <ul className={styles.places}>
          {places.map((place) => (
            <li key={place.path}>
              <NavLink to={place.path} end={place.path === "/"} className={styles.place ?? ""}>
                <Icon name={place.icon} />
                {place.label}
              </NavLink>
            </li>
          ))}
        </ul>
      </nav>
      <div className={styles.foot}>
        <UserMenu />
        <Button variant="quiet" size="icon" aria-label="Keyboard shortcuts" title="Keyboard shortcuts" onClick={onHelp}>
          <Icon name="help" />
        </Button>
      </div>
    </div>
  );
}

const THEME_ICONS: Readonly<Record<Theme, IconName>> = { system: "system", light: "sun", dark: "moon" };

function UserMenu() {
  const { user, end } = useSession();
  const toasts = useToasts();
  const [theme, setTheme] = useTheme();
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <Button variant="quiet" className={styles.user} title={user.email}>
          <span className={styles.email}>{user.email}</span>
          <Icon name="down" size={12} />
        </Button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Content className={menu.menu} align="start" side="top" sideOffset={4} collisionPadding={8}>
        <DropdownMenu.Label className={menu.label}>{toWords(user.role)}</DropdownMenu.Label>
        <DropdownMenu.Separator className={menu.separator} />
        <DropdownMenu.RadioGroup value={theme} onValueChange={(value) => setTheme(value as Theme)} aria-label="Theme">
          {THEMES.map((each) => (
            <DropdownMenu.RadioItem
              key={each}
              value={each}
              className={menu.item}
              onSelect={(event) => event.preventDefault()}
            >
              <Icon name={THEME_ICONS[each]} size={14} />
              {each === "system" ? "As the system" : toWords(each)}
              <DropdownMenu.ItemIndicator className={menu.mark}>
                <Icon name="check" size={14} />
              </DropdownMenu.ItemIndicator>
            </DropdownMenu.RadioItem>
          ))}
        </DropdownMenu.RadioGroup>
        <DropdownMenu.Separator className={menu.separator} />
        <DropdownMenu.Item className={menu.item} onSelect={() => void end().catch(toasts.failed)}>
          <Icon name="logout" size={14} />
          Log out
        </DropdownMenu.Item>
      </DropdownMenu.Content>
    </DropdownMenu.Root>
  );
}
