import { Outlet } from "react-router";
import { Page } from "../components/Page";
import { EmptyState } from "../components/States";
import { useSession } from "./session";

/** The pages inside are for operators; the API refuses others as well. */
export function OperatorsOnly() {
  const { user } = useSession();
  if (user.role === "operator") return <Outlet />;
  return (
    <Page title="Operations">
      <EmptyState title="This page is for operators.">Ask an operator of this gateway if you need it.</EmptyState>
    </Page>
  );
}
