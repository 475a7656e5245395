import { Link } from "react-router";
import { Button } from "../../components/Button";
import { Page } from "../../components/Page";
import { EmptyState } from "../../components/States";

export default function NotFoundPage() {
  return (
    <Page title="Page not found">
      <EmptyState title="There is no such page.">
        <Button asChild>
          <Link to="/">Go to Home</Link>
        </Button>
      </EmptyState>
    </Page>
  );
}
