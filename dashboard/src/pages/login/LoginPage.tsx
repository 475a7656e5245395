import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useEffect, useState } from "react";
import { logIn, type Session } from "../../api/session";
import { Button } from "../../components/Button";
import { FormError, TextField } from "../../components/Field";
import { Logo } from "../../components/Logo";
import styles from "./LoginPage.module.css";

export default function LoginPage({ onLogin }: { onLogin: (session: Session) => void }) {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const login = useMutation({
    mutationFn: () => logIn(email.trim(), password),
    onSuccess: onLogin,
    onError: () => setPassword(""),
  });
  useEffect(() => {
    document.title = "Log in · Paygate";
  }, []);

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (!login.isPending) login.mutate();
  }

  return (
    <main className={styles.page}>
      <form className={styles.form} onSubmit={submit}>
        <div className={styles.head}>
          <Logo size={36} />
          <h1>Log in to Paygate</h1>
        </div>
        <TextField
          label="E-mail"
          type="email"
          autoComplete="username"
          required
          autoFocus
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
        <TextField
          label="Password"
          type="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        <FormError error={login.error} />
        <Button type="submit" variant="primary" busy={login.isPending}>
          Log in
        </Button>
      </form>
    </main>
  );
}
