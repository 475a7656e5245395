import { createBrowserRouter, type RouteObject } from "react-router";
import { AppShell } from "./AppShell";
import { OperatorsOnly } from "./OperatorsOnly";
import { RouteError } from "./RouteError";
import { ShellSkeleton } from "./ShellSkeleton";
import { SessionGate } from "./session";

interface PageModule {
  default: React.ComponentType;
}

/** A page in a file of its own that is fetched when it is first opened; its module's default export is the page. */
function page(load: () => Promise<PageModule>): Pick<RouteObject, "lazy"> {
  return { lazy: async () => ({ Component: (await load()).default }) };
}

const pages: RouteObject[] = [
  { index: true, ...page(() => import("../pages/home/HomePage")) },
  { path: "payments", ...page(() => import("../pages/payments/PaymentsPage")) },
  { path: "payments/:paymentId", ...page(() => import("../pages/payments/PaymentPage")) },
  { path: "refunds", ...page(() => import("../pages/refunds/RefundsPage")) },
  { path: "refunds/:refundId", ...page(() => import("../pages/refunds/RefundPage")) },
  { path: "orders", ...page(() => import("../pages/orders/OrdersPage")) },
  { path: "orders/:orderId", ...page(() => import("../pages/orders/OrderPage")) },
  { path: "events", ...page(() => import("../pages/events/EventsPage")) },
  { path: "events/:eventId", ...page(() => import("../pages/events/EventPage")) },
  { path: "settlements", ...page(() => import("../pages/settlements/SettlementsPage")) },
  { path: "settlements/:date", ...page(() => import("../pages/settlements/SettlementPage")) },
  { path: "webhooks", ...page(() => import("../pages/webhooks/WebhooksPage")) },
  { path: "webhooks/endpoints/:endpointId", ...page(() => import("../pages/webhooks/EndpointPage")) },
  { path: "webhooks/deliveries/:deliveryId", ...page(() => import("../pages/webhooks/DeliveryPage")) },
  { path: "developers", ...page(() => import("../pages/developers/DevelopersPage")) },
  {
    element: <OperatorsOnly />,
    children: [
      { path: "ops", ...page(() => import("../pages/ops/OpsPage")) },
      { path: "ops/dead-letters/:queue", ...page(() => import("../pages/ops/DeadLettersPage")) },
    ],
  },
  { path: "*", ...page(() => import("../pages/not-found/NotFoundPage")) },
];

export const router = createBrowserRouter(
  [
    {
      element: (
        <SessionGate>
          <AppShell />
        </SessionGate>
      ),
      errorElement: <RouteError />,
      // Until the first page's file is there.
      HydrateFallback: ShellSkeleton,
      children: [{ errorElement: <RouteError />, children: pages }],
    },
  ],
  // With its slash: the server sends who asks for Home without it there, and without the query.
  { basename: import.meta.env.BASE_URL },
);
