// Generated from docs/openapi.yaml by `npm run api`.

export interface paths {
    "/v1/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List API keys */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ApiKeyList"];
                    };
                };
                /** @description The API key or secret, or the session, is missing or not valid */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The key has sent more requests than it may; Retry-After says when to come again */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A part that the request needs does not answer; try again */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        /** Create an API key; its secret is shown this once */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: {
                content: {
                    "application/json": components["schemas"]["CreateApiKeyBody"];
                };
            };
            responses: {
                /** @description Done */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ApiKeyWithSecret"];
                    };
                };
                /** @description The request breaks a rule; `field` says which, `reason` why */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The API key or secret, or the session, is missing or not valid */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not allowed to a user of this role, without the session's X-CSRF-Token, or on a page of this origin */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The object's state forbids it, or a request with the same Idempotency-Key is under way */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body is over 64 KiB */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The key has sent more requests than it may; Retry-After says when to come again */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A part that the request needs does not answer; try again */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/api-keys/{key_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revoke an API key at once */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    key_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ApiKey"];
                    };
                };
                /** @description The API key or secret, or the session, is missing or not valid */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not allowed to a user of this role, without the session's X-CSRF-Token, or on a page of this origin */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The merchant has no such object */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The key has sent more requests than it may; Retry-After says when to come again */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A part that the request needs does not answer; try again */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/api-keys/{key_id}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Replace an API key; the new secret is shown this once, the old key works for a while yet */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    key_id: string;
                };
                cookie?: never;
            };
            requestBody?: {
                content: {
                    "application/json": components["schemas"]["RotateApiKeyBody"];
                };
            };
            responses: {
                /** @description Done */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ApiKeyWithSecret"];
                    };
                };
                /** @description The request breaks a rule; `field` says which, `reason` why */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The API key or secret, or the session, is missing or not valid */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not allowed to a user of this role, without the session's X-CSRF-Token, or on a page of this origin */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The merchant has no such object */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The object's state forbids it, or a request with the same Idempotency-Key is under way */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body is over 64 KiB */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The key has sent more requests than it may; Retry-After says when to come again */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A part that the request needs does not answer; try again */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Log in to the dashboard; the session is in a cookie */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["LogInBody"];
                };
            };
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Session"];
                    };
                };
                /** @description The request breaks a rule; `field` says which, `reason` why */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The e-mail address or the password is wrong */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body is over 64 KiB */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too many attempts for this e-mail address or from this place; Retry-After says when to come again */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A part that the request needs does not answer; try again */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End the session */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: {
                content: {
                    "application/json": components["schemas"]["LogOutBody"];
                };
            };
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["LoggedOut"];
                    };
                };
                /** @description The request breaks a rule; `field` says which, `reason` why */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The API key or secret, or the session, is missing or not valid */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not allowed to a user of this role, without the session's X-CSRF-Token, or on a page of this origin */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body is over 64 KiB */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The key has sent more requests than it may; Retry-After says when to come again */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A part that the request needs does not answer; try again */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is logged in */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Session"];
                    };
                };
                /** @description The API key or secret, or the session, is missing or not valid */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The key has sent more requests than it may; Retry-After says when to come again */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A part that the request needs does not answer; try again */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/balance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Each account's balance, by currency */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["BalanceList"];
                    };
                };
                /** @description The API key or secret, or the session, is missing or not valid */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The key has sent more requests than it may; Retry-After says when to come again */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A part that the request needs does not answer; try again */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/checkout/orders/{order_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a shopper is asked to pay */
        get: {
            parameters: {
                query: {
                    key: string;
                };
                header?: never;
                path: {
                    order_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CheckoutOrder"];
                    };
                };
                /** @description The request breaks a rule; `field` says which, `reason` why */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The API key or secret, or the session, is missing or not valid */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The merchant has no such object */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The key has sent more requests than it may; Retry-After says when to come again */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A part that the request needs does not answer; try again */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/checkout/page": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The page that checkout.js embeds */
        get: {
            parameters: {
                query: {
                    key: string;
                    locale?: string;
                    order_id: string;
                    origin: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/html": string;
                    };
                };
                /** @description The request breaks a rule; `field` says which, `reason` why */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/html": string;
                    };
                };
                /** @description The API key or secret, or the session, is missing or not valid */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/html": string;
                    };
                };
                /** @description Not allowed to a user of this role, without the session's X-CSRF-Token, or on a page of this origin */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/html": string;
                    };
                };
                /** @description The key has sent more requests than it may; Retry-After says when to come again */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/html": string;
                    };
                };
                /** @description A part that the request needs does not answer; try again */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/html": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/checkout/payments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Pay an order as a shopper */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description One effect and one answer for requests with the same key within 24 hours */
                    "Idempotency-Key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["CreateCheckoutPaymentBody"];
                };
            };
            responses: {
                /** @description Done */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CheckoutPayment"];
                    };
                };
                /** @description The request breaks a rule; `field` says which, `reason` why */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The API key or secret, or the session, is missing or not valid */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The merchant has no such object */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The object's state forbids it, or a request with the same Idempotency-Key is under way */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body is over 64 KiB */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The Idempotency-Key was used with another request; the description names the fields that differ */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The key has sent more requests than it may; Retry-After says when to come again */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A part that the request needs does not answer; try again */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/checkout/payments/{payment_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How a shopper's payment stands; with a signature once it has succeeded */
        get: {
            parameters: {
                query: {
                    key: string;
                };
                header?: never;
                path: {
                    payment_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CheckoutPayment"];
                    };
                };
                /** @description The request breaks a rule; `field` says which, `reason` why */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The API key or secret, or the session, is missing or not valid */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The merchant has no such object */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The key has sent more requests than it may; Retry-After says when to come again */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A part that the request needs does not answer; try again */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dashboard/summary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a period comes to: payments, refunds, their course, failures, webhooks */
        get: {
            parameters: {
                query?: {
                    period?: "24h" | "7d" | "30d";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Summary"];
                    };
                };
                /** @description The request breaks a rule; `field` says which, `reason` why */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The API key or secret, or the session, is missing or not valid */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The key has sent more requests than it may; Retry-After says when to come again */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A part that the request needs does not answer; try again */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List events, newest first */
        get: {
            parameters: {
                query?: {
                    created_gt?: string;
                    created_gte?: string;
                    created_lt?: string;
                    created_lte?: string;
                    ending_before?: string;
                    limit?: number;
                    payment_id?: string;
                    starting_after?: string;
                    type?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["EventList"];
                    };
                };
                /** @description The request breaks a rule; `field` says which, `reason` why */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The API key or secret, or the session, is missing or not valid */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The key has sent more requests than it may; Retry-After says when to come again */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A part that the request needs does not answer; try again */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events/{event_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get an event */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    event_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Event"];
                    };
                };
                /** @description The API key or secret, or the session, is missing or not valid */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The merchant has no such object */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The key has sent more requests than it may; Retry-After says when to come again */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A part that the request needs does not answer; try again */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether database and Redis answer */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Health"];
                    };
                };
                /** @description A part does not answer */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Health"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/health/db": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the database answers */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Health"];
                    };
                };
                /** @description A part does not answer */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Health"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/health/redis": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether Redis answers */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Health"];
                    };
                };
                /** @description A part does not answer */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Health"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/idempotency-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where an idempotency key was used, and what became of it */
        get: {
            parameters: {
                query: {
                    key: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["IdempotencyKeyList"];
                    };
                };
                /** @description The request breaks a rule; `field` says which, `reason` why */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The API key or secret, or the session, is missing or not valid */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The key has sent more requests than it may; Retry-After says when to come again */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A part that the request needs does not answer; try again */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledger": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List journals, newest first */
        get: {
            parameters: {
                query?: {
                    ending_before?: string;
                    limit?: number;
                    payment_id?: string;
                    refund_id?: string;
                    starting_after?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["JournalList"];
                    };
                };
                /** @description The request breaks a rule; `field` says which, `reason` why */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The API key or secret, or the session, is missing or not valid */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The key has sent more requests than it may; Retry-After says when to come again */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A part that the request needs does not answer; try again */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/merchant": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get your own settings */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MerchantSettings"];
                    };
                };
                /** @description The API key or secret, or the session, is missing or not valid */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The key has sent more requests than it may; Retry-After says when to come again */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A part that the request needs does not answer; try again */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change your name and the origins whose pages may embed your checkout */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: {
                content: {
                    "application/json": components["schemas"]["UpdateMerchantBody"];
                };
            };
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MerchantSettings"];
                    };
                };
                /** @description The request breaks a rule; `field` says which, `reason` why */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The API key or secret, or the session, is missing or not valid */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not allowed to a user of this role, without the session's X-CSRF-Token, or on a page of this origin */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The object's state forbids it, or a request with the same Idempotency-Key is under way */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body is over 64 KiB */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The key has sent more requests than it may; Retry-After says when to come again */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A part that the request needs does not answer; try again */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/merchant/rotate-checkout-secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Get a new secret for verifying checkout results, shown this once; the old one ends at once */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description One effect and one answer for requests with the same key within 24 hours */
                    "Idempotency-Key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody?: {
                content: {
                    "application/json": components["schemas"]["RotateCheckoutSecretBody"];
                };
            };
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MerchantWithSecret"];
                    };
                };
                /** @description The request breaks a rule; `field` says which, `reason` why */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The API key or secret, or the session, is missing or not valid */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not allowed to a user of this role, without the session's X-CSRF-Token, or on a page of this origin */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The object's state forbids it, or a request with the same Idempotency-Key is under way */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body is over 64 KiB */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The Idempotency-Key was used with another request; the description names the fields that differ */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The key has sent more requests than it may; Retry-After says when to come again */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A part that the request needs does not answer; try again */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ops/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Look at messages that no consumer could use, ten at most; they stay where they are */
        get: {
            parameters: {
                query: {
                    queue: "payments" | "refunds" | "webhooks" | "slow_webhooks";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DeadLetterList"];
                    };
                };
                /** @description The request breaks a rule; `field` says which, `reason` why */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The API key or secret, or the session, is missing or not valid */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not allowed to a user of this role, without the session's X-CSRF-Token, or on a page of this origin */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The key has sent more requests than it may; Retry-After says when to come again */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A part that the request needs does not answer; try again */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ops/dead-letters/discard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Delete such messages */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["DiscardDeadLettersBody"];
                };
            };
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Discarded"];
                    };
                };
                /** @description The request breaks a rule; `field` says which, `reason` why */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The API key or secret, or the session, is missing or not valid */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not allowed to a user of this role, without the session's X-CSRF-Token, or on a page of this origin */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The object's state forbids it, or a request with the same Idempotency-Key is under way */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body is over 64 KiB */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The key has sent more requests than it may; Retry-After says when to come again */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A part that the request needs does not answer; try again */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ops/dead-letters/redrive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send such messages to their queue again, some or all */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["RedriveDeadLettersBody"];
                };
            };
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Redriven"];
                    };
                };
                /** @description The request breaks a rule; `field` says which, `reason` why */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The API key or secret, or the session, is missing or not valid */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not allowed to a user of this role, without the session's X-CSRF-Token, or on a page of this origin */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The object's state forbids it, or a request with the same Idempotency-Key is under way */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body is over 64 KiB */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The key has sent more requests than it may; Retry-After says when to come again */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A part that the request needs does not answer; try again */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ops/invariants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Check what must always be true, on the last day's rows */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["InvariantReport"];
                    };
                };
                /** @description The API key or secret, or the session, is missing or not valid */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not allowed to a user of this role, without the session's X-CSRF-Token, or on a page of this origin */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The key has sent more requests than it may; Retry-After says when to come again */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A part that the request needs does not answer; try again */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ops/queues": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How full each queue is */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["QueueList"];
                    };
                };
                /** @description The API key or secret, or the session, is missing or not valid */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not allowed to a user of this role, without the session's X-CSRF-Token, or on a page of this origin */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The key has sent more requests than it may; Retry-After says when to come again */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A part that the request needs does not answer; try again */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ops/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether everything in the background runs, and whether the ledger agrees with the rows */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["OpsStatus"];
                    };
                };
                /** @description The API key or secret, or the session, is missing or not valid */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not allowed to a user of this role, without the session's X-CSRF-Token, or on a page of this origin */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The key has sent more requests than it may; Retry-After says when to come again */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A part that the request needs does not answer; try again */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List orders, newest first */
        get: {
            parameters: {
                query?: {
                    ending_before?: string;
                    limit?: number;
                    starting_after?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["OrderList"];
                    };
                };
                /** @description The request breaks a rule; `field` says which, `reason` why */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The API key or secret, or the session, is missing or not valid */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The key has sent more requests than it may; Retry-After says when to come again */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A part that the request needs does not answer; try again */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        /** Create an order */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description One effect and one answer for requests with the same key within 24 hours */
                    "Idempotency-Key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["CreateOrderBody"];
                };
            };
            responses: {
                /** @description Done */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Order"];
                    };
                };
                /** @description The request breaks a rule; `field` says which, `reason` why */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The API key or secret, or the session, is missing or not valid */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not allowed to a user of this role, without the session's X-CSRF-Token, or on a page of this origin */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The object's state forbids it, or a request with the same Idempotency-Key is under way */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body is over 64 KiB */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The Idempotency-Key was used with another request; the description names the fields that differ */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The key has sent more requests than it may; Retry-After says when to come again */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A part that the request needs does not answer; try again */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orders/{order_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get an order */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    order_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Order"];
                    };
                };
                /** @description The API key or secret, or the session, is missing or not valid */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The merchant has no such object */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The key has sent more requests than it may; Retry-After says when to come again */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A part that the request needs does not answer; try again */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List payments, newest first */
        get: {
            parameters: {
                query?: {
                    card_last4?: string;
                    created_gt?: string;
                    created_gte?: string;
                    created_lt?: string;
                    created_lte?: string;
                    ending_before?: string;
                    limit?: number;
                    method?: "upi" | "card";
                    order_id?: string;
                    starting_after?: string;
                    status?: "pending" | "processing" | "success" | "failed" | "authorized" | "captured" | "cancelled";
                    vpa?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PaymentList"];
                    };
                };
                /** @description The request breaks a rule; `field` says which, `reason` why */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The API key or secret, or the session, is missing or not valid */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The key has sent more requests than it may; Retry-After says when to come again */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A part that the request needs does not answer; try again */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        /** Pay an order */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description One effect and one answer for requests with the same key within 24 hours */
                    "Idempotency-Key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["CreatePaymentBody"];
                };
            };
            responses: {
                /** @description Done */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Payment"];
                    };
                };
                /** @description The request breaks a rule; `field` says which, `reason` why */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The API key or secret, or the session, is missing or not valid */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not allowed to a user of this role, without the session's X-CSRF-Token, or on a page of this origin */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The merchant has no such object */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The object's state forbids it, or a request with the same Idempotency-Key is under way */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body is over 64 KiB */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The Idempotency-Key was used with another request; the description names the fields that differ */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The key has sent more requests than it may; Retry-After says when to come again */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A part that the request needs does not answer; try again */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payments/{payment_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a payment */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    payment_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Payment"];
                    };
                };
                /** @description The API key or secret, or the session, is missing or not valid */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The merchant has no such object */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The key has sent more requests than it may; Retry-After says when to come again */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A part that the request needs does not answer; try again */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payments/{payment_id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cancel an authorized payment */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description One effect and one answer for requests with the same key within 24 hours */
                    "Idempotency-Key"?: string;
                };
                path: {
                    payment_id: string;
                };
                cookie?: never;
            };
            requestBody?: {
                content: {
                    "application/json": components["schemas"]["CancelPaymentBody"];
                };
            };
            responses: {
                /** @description Done */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Payment"];
                    };
                };
                /** @description The request breaks a rule; `field` says which, `reason` why */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The API key or secret, or the session, is missing or not valid */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not allowed to a user of this role, without the session's X-CSRF-Token, or on a page of this origin */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The merchant has no such object */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The object's state forbids it, or a request with the same Idempotency-Key is under way */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body is over 64 KiB */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The Idempotency-Key was used with another request; the description names the fields that differ */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The key has sent more requests than it may; Retry-After says when to come again */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A part that the request needs does not answer; try again */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payments/{payment_id}/capture": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Capture an authorized payment, or a part of it */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description One effect and one answer for requests with the same key within 24 hours */
                    "Idempotency-Key"?: string;
                };
                path: {
                    payment_id: string;
                };
                cookie?: never;
            };
            requestBody?: {
                content: {
                    "application/json": components["schemas"]["CapturePaymentBody"];
                };
            };
            responses: {
                /** @description Done */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Payment"];
                    };
                };
                /** @description The request breaks a rule; `field` says which, `reason` why */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The API key or secret, or the session, is missing or not valid */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not allowed to a user of this role, without the session's X-CSRF-Token, or on a page of this origin */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The merchant has no such object */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The object's state forbids it, or a request with the same Idempotency-Key is under way */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body is over 64 KiB */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The Idempotency-Key was used with another request; the description names the fields that differ */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The key has sent more requests than it may; Retry-After says when to come again */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A part that the request needs does not answer; try again */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payments/{payment_id}/refunds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List a payment's refunds, newest first */
        get: {
            parameters: {
                query?: {
                    ending_before?: string;
                    limit?: number;
                    starting_after?: string;
                };
                header?: never;
                path: {
                    payment_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["RefundList"];
                    };
                };
                /** @description The request breaks a rule; `field` says which, `reason` why */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The API key or secret, or the session, is missing or not valid */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The merchant has no such object */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The key has sent more requests than it may; Retry-After says when to come again */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A part that the request needs does not answer; try again */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        /** Refund all that is left of a payment, or a part of it */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description One effect and one answer for requests with the same key within 24 hours */
                    "Idempotency-Key"?: string;
                };
                path: {
                    payment_id: string;
                };
                cookie?: never;
            };
            requestBody?: {
                content: {
                    "application/json": components["schemas"]["CreateRefundBody"];
                };
            };
            responses: {
                /** @description Done */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Refund"];
                    };
                };
                /** @description The request breaks a rule; `field` says which, `reason` why */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The API key or secret, or the session, is missing or not valid */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not allowed to a user of this role, without the session's X-CSRF-Token, or on a page of this origin */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The merchant has no such object */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The object's state forbids it, or a request with the same Idempotency-Key is under way */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body is over 64 KiB */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The Idempotency-Key was used with another request; the description names the fields that differ */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The key has sent more requests than it may; Retry-After says when to come again */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A part that the request needs does not answer; try again */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payments/{payment_id}/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List a payment's events in order */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    payment_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Timeline"];
                    };
                };
                /** @description The API key or secret, or the session, is missing or not valid */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The merchant has no such object */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The key has sent more requests than it may; Retry-After says when to come again */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A part that the request needs does not answer; try again */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/refunds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List refunds, newest first */
        get: {
            parameters: {
                query?: {
                    created_gt?: string;
                    created_gte?: string;
                    created_lt?: string;
                    created_lte?: string;
                    ending_before?: string;
                    limit?: number;
                    payment_id?: string;
                    starting_after?: string;
                    status?: "pending" | "processed" | "failed";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["RefundList"];
                    };
                };
                /** @description The request breaks a rule; `field` says which, `reason` why */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The API key or secret, or the session, is missing or not valid */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The key has sent more requests than it may; Retry-After says when to come again */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A part that the request needs does not answer; try again */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/refunds/{refund_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a refund */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    refund_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Refund"];
                    };
                };
                /** @description The API key or secret, or the session, is missing or not valid */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The merchant has no such object */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The key has sent more requests than it may; Retry-After says when to come again */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A part that the request needs does not answer; try again */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the requests of the last 24 hours, newest first; those of the dashboard itself are left out */
        get: {
            parameters: {
                query?: {
                    failed?: boolean;
                    limit?: number;
                    request_id?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["RequestList"];
                    };
                };
                /** @description The request breaks a rule; `field` says which, `reason` why */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The API key or secret, or the session, is missing or not valid */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The key has sent more requests than it may; Retry-After says when to come again */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A part that the request needs does not answer; try again */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/settlements": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was booked on one day, by currency, as JSON or CSV */
        get: {
            parameters: {
                query: {
                    date: string;
                    format?: "json" | "csv";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SettlementList"];
                        "text/csv": string;
                    };
                };
                /** @description The request breaks a rule; `field` says which, `reason` why */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The API key or secret, or the session, is missing or not valid */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The key has sent more requests than it may; Retry-After says when to come again */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A part that the request needs does not answer; try again */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/settlements/days": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was booked on each of several days, by currency, newest first, as JSON or CSV */
        get: {
            parameters: {
                query: {
                    format?: "json" | "csv";
                    from_date: string;
                    to_date: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SettlementList"];
                        "text/csv": string;
                    };
                };
                /** @description The request breaks a rule; `field` says which, `reason` why */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The API key or secret, or the session, is missing or not valid */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The key has sent more requests than it may; Retry-After says when to come again */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A part that the request needs does not answer; try again */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/test/jobs/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Background work (test mode) */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["JobStatus"];
                    };
                };
                /** @description The merchant has no such object */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A part that the request needs does not answer; try again */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/test/merchant": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The test merchant (test mode) */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Merchant"];
                    };
                };
                /** @description The merchant has no such object */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A part that the request needs does not answer; try again */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook-endpoints": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List webhook endpoints */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["WebhookEndpointList"];
                    };
                };
                /** @description The API key or secret, or the session, is missing or not valid */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The key has sent more requests than it may; Retry-After says when to come again */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A part that the request needs does not answer; try again */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        /** Create an endpoint; its secret is shown this once */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description One effect and one answer for requests with the same key within 24 hours */
                    "Idempotency-Key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["CreateWebhookEndpointBody"];
                };
            };
            responses: {
                /** @description Done */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["WebhookEndpointWithSecret"];
                    };
                };
                /** @description The request breaks a rule; `field` says which, `reason` why */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The API key or secret, or the session, is missing or not valid */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not allowed to a user of this role, without the session's X-CSRF-Token, or on a page of this origin */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The object's state forbids it, or a request with the same Idempotency-Key is under way */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body is over 64 KiB */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The Idempotency-Key was used with another request; the description names the fields that differ */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The key has sent more requests than it may; Retry-After says when to come again */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A part that the request needs does not answer; try again */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook-endpoints/{endpoint_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get an endpoint */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    endpoint_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["WebhookEndpoint"];
                    };
                };
                /** @description The API key or secret, or the session, is missing or not valid */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The merchant has no such object */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The key has sent more requests than it may; Retry-After says when to come again */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A part that the request needs does not answer; try again */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /** Delete an endpoint; what is under way to it is cancelled */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    endpoint_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DeletedWebhookEndpoint"];
                    };
                };
                /** @description The API key or secret, or the session, is missing or not valid */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not allowed to a user of this role, without the session's X-CSRF-Token, or on a page of this origin */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The merchant has no such object */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The key has sent more requests than it may; Retry-After says when to come again */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A part that the request needs does not answer; try again */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        /** Change where an endpoint's webhooks go and which, enable or disable it */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    endpoint_id: string;
                };
                cookie?: never;
            };
            requestBody?: {
                content: {
                    "application/json": components["schemas"]["UpdateWebhookEndpointBody"];
                };
            };
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["WebhookEndpoint"];
                    };
                };
                /** @description The request breaks a rule; `field` says which, `reason` why */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The API key or secret, or the session, is missing or not valid */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not allowed to a user of this role, without the session's X-CSRF-Token, or on a page of this origin */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The merchant has no such object */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The object's state forbids it, or a request with the same Idempotency-Key is under way */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body is over 64 KiB */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The key has sent more requests than it may; Retry-After says when to come again */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A part that the request needs does not answer; try again */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/webhook-endpoints/{endpoint_id}/rotate-secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give an endpoint a new secret, shown this once; the old one signs as well for a while */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description One effect and one answer for requests with the same key within 24 hours */
                    "Idempotency-Key"?: string;
                };
                path: {
                    endpoint_id: string;
                };
                cookie?: never;
            };
            requestBody?: {
                content: {
                    "application/json": components["schemas"]["RotateWebhookSecretBody"];
                };
            };
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["WebhookEndpointWithSecret"];
                    };
                };
                /** @description The request breaks a rule; `field` says which, `reason` why */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The API key or secret, or the session, is missing or not valid */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not allowed to a user of this role, without the session's X-CSRF-Token, or on a page of this origin */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The merchant has no such object */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The object's state forbids it, or a request with the same Idempotency-Key is under way */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body is over 64 KiB */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The Idempotency-Key was used with another request; the description names the fields that differ */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The key has sent more requests than it may; Retry-After says when to come again */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A part that the request needs does not answer; try again */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook-endpoints/{endpoint_id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send endpoint.test to an endpoint, once */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description One effect and one answer for requests with the same key within 24 hours */
                    "Idempotency-Key"?: string;
                };
                path: {
                    endpoint_id: string;
                };
                cookie?: never;
            };
            requestBody?: {
                content: {
                    "application/json": components["schemas"]["SendTestWebhookBody"];
                };
            };
            responses: {
                /** @description Done */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["WebhookDelivery"];
                    };
                };
                /** @description The request breaks a rule; `field` says which, `reason` why */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The API key or secret, or the session, is missing or not valid */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not allowed to a user of this role, without the session's X-CSRF-Token, or on a page of this origin */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The merchant has no such object */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The object's state forbids it, or a request with the same Idempotency-Key is under way */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body is over 64 KiB */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The Idempotency-Key was used with another request; the description names the fields that differ */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The key has sent more requests than it may; Retry-After says when to come again */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A part that the request needs does not answer; try again */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List webhook deliveries, newest first */
        get: {
            parameters: {
                query?: {
                    created_gt?: string;
                    created_gte?: string;
                    created_lt?: string;
                    created_lte?: string;
                    ending_before?: string;
                    endpoint_id?: string;
                    event?: string;
                    event_id?: string;
                    limit?: number;
                    offset?: number;
                    payment_id?: string;
                    starting_after?: string;
                    status?: "pending" | "delivered" | "exhausted" | "held" | "cancelled" | "expired";
                    total?: "true" | "false";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["WebhookLog"];
                    };
                };
                /** @description The request breaks a rule; `field` says which, `reason` why */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The API key or secret, or the session, is missing or not valid */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The key has sent more requests than it may; Retry-After says when to come again */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A part that the request needs does not answer; try again */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{delivery_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a delivery with each of its attempts, the latest first */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    delivery_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["WebhookDeliveryDetail"];
                    };
                };
                /** @description The API key or secret, or the session, is missing or not valid */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The merchant has no such object */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The key has sent more requests than it may; Retry-After says when to come again */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A part that the request needs does not answer; try again */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{delivery_id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send a webhook again, delivered or not; each request begins a run of its own */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description One effect and one answer for requests with the same key within 24 hours */
                    "Idempotency-Key"?: string;
                };
                path: {
                    delivery_id: string;
                };
                cookie?: never;
            };
            requestBody?: {
                content: {
                    "application/json": components["schemas"]["RequestWebhookRetryBody"];
                };
            };
            responses: {
                /** @description Done */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["WebhookDelivery"];
                    };
                };
                /** @description The request breaks a rule; `field` says which, `reason` why */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The API key or secret, or the session, is missing or not valid */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not allowed to a user of this role, without the session's X-CSRF-Token, or on a page of this origin */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The merchant has no such object */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The object's state forbids it, or a request with the same Idempotency-Key is under way */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body is over 64 KiB */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The Idempotency-Key was used with another request; the description names the fields that differ */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The key has sent more requests than it may; Retry-After says when to come again */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A part that the request needs does not answer; try again */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send many webhooks again; with dry_run, count them (200) */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description One effect and one answer for requests with the same key within 24 hours */
                    "Idempotency-Key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody?: {
                content: {
                    "application/json": components["schemas"]["ReplayWebhooksBody"];
                };
            };
            responses: {
                /** @description How many, with dry_run */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["WebhookReplayCount"];
                    };
                };
                /** @description Done */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["WebhookReplay"];
                    };
                };
                /** @description The request breaks a rule; `field` says which, `reason` why */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The API key or secret, or the session, is missing or not valid */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not allowed to a user of this role, without the session's X-CSRF-Token, or on a page of this origin */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The object's state forbids it, or a request with the same Idempotency-Key is under way */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body is over 64 KiB */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The Idempotency-Key was used with another request; the description names the fields that differ */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The key has sent more requests than it may; Retry-After says when to come again */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A part that the request needs does not answer; try again */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/replays/{replay_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How far a replay has come */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    replay_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["WebhookReplay"];
                    };
                };
                /** @description The API key or secret, or the session, is missing or not valid */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The merchant has no such object */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The key has sent more requests than it may; Retry-After says when to come again */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A part that the request needs does not answer; try again */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description One hour or day of one currency. */
        ActivityPoint: {
            /**
             * Format: date-time
             * @description its beginning
             */
            at: string;
            currency: string;
            failed: number;
            refunded: number;
            succeeded: number;
            volume: number;
        };
        /** @description What became of the payments and refunds that were created in a period, in one currency. */
        ActivityTotals: {
            currency: string;
            failed: number;
            /** @description all of them, also those that are open or cancelled */
            payments: number;
            /** @description what these come to */
            refunded: number;
            /** @description pending or processed */
            refunds: number;
            /** @description captured */
            succeeded: number;
            /** @description succeeded ÷ (succeeded + failed), from 0 to 1 */
            success_rate: number | null;
            /** @description what was captured, in the currency's minor unit */
            volume: number;
        };
        /** @description What a merchant's server is known by. */
        ApiKey: {
            /** Format: date-time */
            created_at: string;
            id: string;
            name?: string | null;
            /**
             * Format: date-time
             * @description in the future: the key works until then
             */
            revoked_at?: string | null;
        };
        /** @description Every key that works and the latest of the others, newest first. */
        ApiKeyList: {
            data: components["schemas"]["ApiKey"][];
        };
        /** @description A new key with its secret. */
        ApiKeyWithSecret: {
            /** Format: date-time */
            created_at: string;
            id: string;
            name?: string | null;
            /**
             * Format: date-time
             * @description in the future: the key works until then
             */
            revoked_at?: string | null;
            /** @description shown this once */
            secret: string;
        };
        /** @description Milliseconds; null for what it did not come to, or had no need of on a connection that was open. */
        AttemptTimings: {
            connect_ms: number | null;
            dns_ms: number | null;
            /** @description from the end of the request to the start of the answer */
            first_byte_ms: number | null;
            tls_ms: number | null;
        };
        /** @description Every account of one currency; acquirer_receivable is what the other three add up to. */
        Balance: {
            /** @description captured and not paid back: what the acquirer owes */
            acquirer_receivable: number;
            currency: string;
            fees: number;
            /** @description what the merchant is owed */
            merchant_payable: number;
            /** @description held by pending refunds */
            refunds_payable: number;
        };
        /** @description A balance for each currency. */
        BalanceList: {
            data: components["schemas"]["Balance"][];
            has_more: boolean;
        };
        /** @description Nothing is to be said. */
        CancelPaymentBody: Record<string, unknown>;
        /** @description `amount` is in the currency's minor unit; without it, all that is authorized is captured. */
        CapturePaymentBody: {
            amount?: number | null;
        };
        /** @description A card as the shopper typed it; spaces and hyphens in the number are passed over. */
        CardBody: {
            cvv: string;
            expiry_month: number | string;
            /** @description with two or four digits */
            expiry_year: number | string;
            holder_name?: string | null;
            number: string;
        };
        /** @description Pay by card. */
        CheckoutCardPaymentBody: {
            card: components["schemas"]["CardBody"];
            /** @description the publishable key: an API key's id */
            key: string;
            /** @enum {string} */
            method: "card";
            order_id: string;
        };
        /** @description Whom a shopper pays. */
        CheckoutMerchant: {
            name: string;
        };
        /** @description What a shopper is asked to pay. */
        CheckoutOrder: {
            /** @description in the currency's minor unit */
            amount: number;
            currency: string;
            id: string;
            merchant: components["schemas"]["CheckoutMerchant"];
            methods: ("upi" | "card")[];
            /** @enum {string} */
            status: "created" | "authorized" | "paid" | "expired";
            test_mode: boolean;
        };
        /** @description A payment as its shopper sees it. */
        CheckoutPayment: {
            amount: number;
            currency: string;
            /** @description only with status failed */
            failure_reason?: string | null;
            id: string;
            /** @enum {string} */
            method: "upi" | "card";
            order_id: string;
            /** @description once it has succeeded: hex HMAC-SHA256 of `order_id|payment_id` under the checkout secret */
            signature?: string | null;
            /** @enum {string} */
            status: "pending" | "processing" | "success" | "failed" | "authorized" | "captured" | "cancelled";
            /** @description only of a new payment by UPI without a VPA: opens a payment app */
            upi_link?: string | null;
            /** @description the same as a QR code: an SVG image in a data URI */
            upi_qr?: string | null;
        };
        /** @description Pay by UPI: to a request that the app of `vpa` shows, or, without one, from any app by link or QR code. */
        CheckoutUpiPaymentBody: {
            /** @description the publishable key: an API key's id */
            key: string;
            /** @enum {string} */
            method: "upi";
            order_id: string;
            vpa?: string | null;
        };
        /** @description What the key is for, in the merchant's own words. */
        CreateApiKeyBody: {
            name?: string | null;
        };
        /** @description Pay an order by card; amount and currency are the order's. */
        CreateCardPaymentBody: {
            card: components["schemas"]["CardBody"];
            /** @enum {string} */
            method: "card";
            order_id: string;
        };
        /** @description What is given beside `order_id` depends on `method`. */
        CreateCheckoutPaymentBody: components["schemas"]["CheckoutUpiPaymentBody"] | components["schemas"]["CheckoutCardPaymentBody"];
        /** @description `amount` is in the currency's minor unit (paise, cents). */
        CreateOrderBody: {
            amount: number;
            /** @enum {string} */
            capture?: "automatic" | "manual";
            currency: string;
            /**
             * Format: date-time
             * @description in the future and within a year; without it, never
             */
            expires_at?: string | null;
            notes?: {
                [key: string]: string;
            };
            receipt?: string | null;
            reusable?: boolean;
        };
        /** @description What is given beside `order_id` depends on `method`. */
        CreatePaymentBody: components["schemas"]["CreateUpiPaymentBody"] | components["schemas"]["CreateCardPaymentBody"];
        /** @description `amount` is in the currency's minor unit; without it, all that is left is refunded. */
        CreateRefundBody: {
            amount?: number | null;
            reason?: string | null;
        };
        /** @description Pay an order by UPI; amount and currency are the order's. */
        CreateUpiPaymentBody: {
            /** @enum {string} */
            method: "upi";
            order_id: string;
            vpa: string;
        };
        /** @description Where events go, and which. */
        CreateWebhookEndpointBody: {
            description?: string;
            /** @description `*`, families such as `payment.*`, or types */
            events?: string[];
            /** @enum {string} */
            status?: "enabled" | "disabled";
            url: string;
        };
        /** @description A message that no consumer could use. */
        DeadLetter: {
            /** @description its first 4096 characters */
            body: string;
            message_id: string;
            /** @description tries to process it, and looks at it */
            receive_count: number;
            /** Format: date-time */
            sent_at: string;
        };
        /** @description Some messages of a dead-letter queue, the oldest first. */
        DeadLetterList: {
            data: components["schemas"]["DeadLetter"][];
        };
        /** @description An endpoint that is no more. */
        DeletedWebhookEndpoint: {
            /** @enum {boolean} */
            deleted: true;
            id: string;
        };
        /** @description Which messages are deleted; never all at once. */
        DiscardDeadLettersBody: {
            message_ids: string[];
            /** @enum {string} */
            queue: "payments" | "refunds" | "webhooks" | "slow_webhooks";
        };
        /** @description How many messages were deleted. */
        Discarded: {
            discarded: number;
        };
        /** @description How an endpoint is. */
        EndpointHealth: {
            /** Format: date-time */
            failing_since: string | null;
            id: string;
            /** @enum {string} */
            status: "enabled" | "disabled";
            url: string | null;
        };
        /** @description Every error reply. */
        Error: {
            error: components["schemas"]["ErrorDetail"];
        };
        /** @description What went wrong, for people and for machines. */
        ErrorDetail: {
            code: string;
            description: string;
            /** @description the request field at fault */
            field?: string | null;
            /** @description refines the code, e.g. INVALID_VPA */
            reason?: string | null;
            request_id: string;
        };
        /** @description Something that happened. */
        Event: {
            /** @description what its webhooks carry */
            body: {
                [key: string]: unknown;
            };
            /** Format: date-time */
            created_at: string;
            endpoint_id: string | null;
            id: string;
            payment_id: string | null;
            refund_id: string | null;
            /** @description counts the payment's events from 1 */
            sequence: number | null;
            type: string;
        };
        /** @description A page of events, newest first. */
        EventList: {
            data: components["schemas"]["Event"][];
            has_more: boolean;
        };
        /** @description How many payments failed for a reason. */
        FailureCount: {
            count: number;
            reason: string;
        };
        /** @description Whether the parts that requests need do answer. */
        Health: {
            /** @enum {string|null} */
            database?: "connected" | "disconnected" | null;
            /** @enum {string|null} */
            redis?: "connected" | "disconnected" | null;
            /** @enum {string} */
            status: "healthy" | "unhealthy";
            /** Format: date-time */
            timestamp: string;
        };
        /** @description What became of an idempotency key on one route. */
        IdempotencyKey: {
            /** Format: date-time */
            created_at?: string | null;
            /** Format: date-time */
            expires_at?: string | null;
            key: string;
            /** @description the first request with the key */
            request_id: string;
            scope: string;
            /** @enum {string} */
            state: "completed" | "in_progress";
            /** @description of the first answer, which every repetition gets */
            status?: number | null;
        };
        /** @description Every route that the key was used on. */
        IdempotencyKeyList: {
            data: components["schemas"]["IdempotencyKey"][];
        };
        /** @description Something that must always be true. */
        Invariant: {
            /** @description how many rows were looked at */
            checked: number;
            description: string;
            examples: string[];
            name: string;
            violations: number;
        };
        /** @description Every invariant, of the last hours' rows. */
        InvariantReport: {
            /** Format: date-time */
            checked_at: string;
            invariants: components["schemas"]["Invariant"][];
            window_hours: number;
        };
        /** @description Background work as the queues report it. */
        JobCounts: {
            completed: number;
            failed: number;
            pending: number;
            processing: number;
        };
        /** @description Background work as the queues report it. */
        JobStatus: {
            completed: number;
            failed: number;
            pending: number;
            processing: number;
            /** @enum {string} */
            worker_status: "running" | "stopped";
        };
        /** @description An amount that moved between two accounts. */
        Journal: {
            /** @description in the currency's minor unit */
            amount: number;
            /** Format: date-time */
            created_at: string;
            currency: string;
            /** @description the debit, then the credit */
            entries: components["schemas"]["LedgerEntry"][];
            id: string;
            payment_id: string;
            refund_id: string | null;
            /** @enum {string} */
            type: "capture" | "fee" | "refund" | "refund_processed" | "refund_failed";
        };
        /** @description A page of journals, newest first. */
        JournalList: {
            data: components["schemas"]["Journal"][];
            has_more: boolean;
        };
        /** @description An account of a payment of which row and ledger differ, in minor units; debits are positive. */
        LedgerDifference: {
            account: string;
            /** Format: date-time */
            found_at: string;
            ledger: number;
            rows: number;
            subject_id: string;
        };
        /** @description One side of a journal. */
        LedgerEntry: {
            /** @enum {string} */
            account: "acquirer_receivable" | "merchant_payable" | "refunds_payable" | "fees";
            amount: number;
            /** @enum {string} */
            direction: "debit" | "credit";
        };
        /** @description Nothing is left to tell. */
        LoggedOut: Record<string, unknown>;
        /** @description One request as it was answered. */
        LoggedRequest: {
            /** Format: date-time */
            at: string;
            code?: string | null;
            duration_ms: number;
            /** @description of a replay, the request that was answered first */
            original_request_id?: string | null;
            request_id: string;
            route: string;
            status: number;
        };
        /** @description Whoever this is; an address that cannot be one is as wrong as one that nobody has. */
        LogInBody: {
            email: string;
            password: string;
        };
        /** @description Nothing is to be said. */
        LogOutBody: Record<string, unknown>;
        /** @description The test merchant. */
        Merchant: {
            /** Format: date-time */
            created_at: string;
            email: string;
            id: string;
            name: string;
        };
        /** @description A merchant's own settings. */
        MerchantSettings: {
            /** @description whose pages may embed the checkout */
            allowed_origins: string[];
            /** Format: date-time */
            created_at: string;
            email: string;
            id: string;
            name: string;
        };
        /** @description A merchant with its new checkout secret. */
        MerchantWithSecret: {
            /** @description whose pages may embed the checkout */
            allowed_origins: string[];
            /** Format: date-time */
            created_at: string;
            email: string;
            id: string;
            name: string;
            /** @description shown this once */
            secret: string;
        };
        /** @description The state of all background work. */
        OpsStatus: {
            jobs: components["schemas"]["JobCounts"];
            reconcile: components["schemas"]["ReconcileResult"];
            sweep: components["schemas"]["SweepRun"];
            workers: components["schemas"]["Worker"][];
        };
        /** @description What is to be paid. */
        Order: {
            /** @description in the currency's minor unit */
            amount: number;
            /**
             * @description manual: a payment is authorized first, then captured or cancelled
             * @enum {string}
             */
            capture: "automatic" | "manual";
            /** Format: date-time */
            created_at: string;
            currency: string;
            /**
             * Format: date-time
             * @description from then on the order takes no payment
             */
            expires_at: string | null;
            id: string;
            notes: {
                [key: string]: string;
            };
            receipt: string | null;
            /** @description any number of payments may succeed; the order never becomes paid */
            reusable: boolean;
            /** @enum {string} */
            status: "created" | "authorized" | "paid" | "expired";
        };
        /** @description A page of orders, newest first. */
        OrderList: {
            data: components["schemas"]["Order"][];
            has_more: boolean;
        };
        /** @description One attempt to pay an order. */
        Payment: {
            /** @description in the currency's minor unit; the order's */
            amount: number;
            /** @description once captured */
            amount_captured?: number | null;
            /** @description once captured: what its refunds hold that are pending or processed */
            amount_refunded?: number | null;
            /**
             * Format: date-time
             * @description only with status authorized: what is not captured by then is cancelled
             */
            capture_before?: string | null;
            /** @description why the acquirer refused the latest capture */
            capture_failure_reason?: string | null;
            /** @description only with method card */
            card?: components["schemas"]["PaymentCard"];
            /** Format: date-time */
            created_at: string;
            currency: string;
            /** @description only with status failed */
            failure_reason?: string | null;
            id: string;
            /** @enum {string} */
            method: "upi" | "card";
            order_id: string;
            /**
             * @description what was asked for and the acquirer has not answered yet
             * @enum {string|null}
             */
            pending_action?: "capture" | "cancel" | null;
            /** @enum {string} */
            status: "pending" | "processing" | "success" | "failed" | "authorized" | "captured" | "cancelled";
            /** @description only with method upi */
            vpa?: string | null;
        };
        /** @description What is kept of a card. */
        PaymentCard: {
            last4: string;
            /** @enum {string} */
            network: "visa" | "mastercard" | "rupay" | "amex" | "diners" | "discover" | "unionpay";
        };
        /** @description A page of payments, newest first. */
        PaymentList: {
            data: components["schemas"]["Payment"][];
            has_more: boolean;
        };
        /** @description Every queue. */
        QueueList: {
            data: components["schemas"]["QueueState"][];
        };
        /** @description One queue, as SQS counts it. */
        QueueState: {
            dead_letters: number;
            delayed: number;
            in_flight: number;
            /** @enum {string} */
            name: "payments" | "refunds" | "webhooks" | "slow_webhooks";
            /** @description for how long a job has been overdue at least */
            oldest_age_seconds?: number | null;
            waiting: number;
        };
        /** @description What the sweeper's check of the ledger has found; it goes through all payments, some each minute. */
        ReconcileResult: {
            /**
             * Format: date-time
             * @description when the last payment was made that it has got to
             */
            checked_until?: string | null;
            differences: components["schemas"]["LedgerDifference"][];
            /** Format: date-time */
            ran_at?: string | null;
        };
        /** @description Which messages go back to their queue; without ids, all. */
        RedriveDeadLettersBody: {
            message_ids?: string[] | null;
            /** @enum {string} */
            queue: "payments" | "refunds" | "webhooks" | "slow_webhooks";
        };
        /** @description How many messages went back to their queue. */
        Redriven: {
            moved: number;
        };
        /** @description Money on its way back to the shopper. */
        Refund: {
            /** @description in the currency's minor unit */
            amount: number;
            /** Format: date-time */
            created_at: string;
            currency: string;
            /** @description only with status failed; the amount can be refunded again */
            failure_reason: string | null;
            id: string;
            payment_id: string;
            reason: string | null;
            /** @enum {string} */
            status: "pending" | "processed" | "failed";
        };
        /** @description A page of refunds, newest first. */
        RefundList: {
            data: components["schemas"]["Refund"][];
            has_more: boolean;
        };
        /** @description Which deliveries are to be sent again; those that were held or exhausted, unless `status` says otherwise. */
        ReplayWebhooksBody: {
            /** Format: date-time */
            created_gt?: string | null;
            /** Format: date-time */
            created_gte?: string | null;
            /** Format: date-time */
            created_lt?: string | null;
            /** Format: date-time */
            created_lte?: string | null;
            /** @description only count them */
            dry_run?: boolean;
            endpoint_id?: string | null;
            /** @description a type, or a family such as `payment.*` */
            event?: string | null;
            event_id?: string | null;
            payment_id?: string | null;
            /** @enum {string|null} */
            status?: "delivered" | "exhausted" | "held" | "cancelled" | "expired" | null;
        };
        /** @description The last day's requests, newest first. */
        RequestList: {
            /** @description false when there was no time to search the whole day */
            complete: boolean;
            data: components["schemas"]["LoggedRequest"][];
        };
        /** @description Nothing is to be said. */
        RequestWebhookRetryBody: Record<string, unknown>;
        /** @description How long the old key works yet. */
        RotateApiKeyBody: {
            overlap_seconds?: number;
        };
        /** @description Nothing is to be said. */
        RotateCheckoutSecretBody: Record<string, unknown>;
        /** @description How long the old secret signs as well. */
        RotateWebhookSecretBody: {
            overlap_seconds?: number;
        };
        /** @description Nothing is to be said. */
        SendTestWebhookBody: Record<string, unknown>;
        /** @description A session of the dashboard. */
        Session: {
            /** @description the X-CSRF-Token header of every request but GET */
            csrf_token: string;
            /** Format: date-time */
            expires_at: string;
            merchant: components["schemas"]["SessionMerchant"];
            test_mode: boolean;
            user: components["schemas"]["SessionUser"];
        };
        /** @description Whose data the user sees. */
        SessionMerchant: {
            id: string;
            name: string;
        };
        /** @description Who is logged in. */
        SessionUser: {
            email: string;
            id: string;
            /** @enum {string} */
            role: "merchant" | "operator";
        };
        /** @description What was booked on one day in one currency. */
        Settlement: {
            captured: number;
            captured_count: number;
            currency: string;
            /** Format: date */
            date: string;
            fees: number;
            /** @description captured - refunded + refunds_failed - fees */
            net: number;
            /** @description held by the refunds that were created */
            refunded: number;
            refunded_count: number;
            /** @description freed by the refunds that failed */
            refunds_failed: number;
            refunds_failed_count: number;
        };
        /** @description One day, by currency. */
        SettlementList: {
            data: components["schemas"]["Settlement"][];
            has_more: boolean;
        };
        /** @description A period up to now. */
        Summary: {
            /** @description the 20 most frequent ones at most */
            failures: components["schemas"]["FailureCount"][];
            /** Format: date-time */
            from: string;
            /** @enum {string} */
            period: "24h" | "7d" | "30d";
            /** @description the same part of the period before */
            previous: components["schemas"]["ActivityTotals"][];
            /** @description each hour or day, by currency as in `totals`, oldest first */
            series: components["schemas"]["ActivityPoint"][];
            /** Format: date-time */
            to: string;
            /** @description by currency, the one with the most payments first */
            totals: components["schemas"]["ActivityTotals"][];
            webhooks: components["schemas"]["WebhookHealth"];
        };
        /** @description The sweeper's last run. */
        SweepRun: {
            /** Format: date-time */
            ran_at?: string | null;
        };
        /** @description Every event of a payment, oldest first. */
        Timeline: {
            data: components["schemas"]["TimelineEntry"][];
        };
        /** @description One event of a payment. */
        TimelineEntry: {
            /** Format: date-time */
            created_at: string;
            id: string;
            /** @description only for events of a refund */
            refund_id?: string | null;
            /** @description counts the payment's events from 1 */
            sequence: number;
            type: string;
        };
        /** @description What is left out stays as it is. */
        UpdateMerchantBody: {
            /** @description whose pages may embed the checkout, as https://shop.example */
            allowed_origins?: string[] | null;
            name?: string | null;
        };
        /** @description What is left out stays as it is; a new URL enables the endpoint unless `status` says otherwise. */
        UpdateWebhookEndpointBody: {
            description?: string | null;
            /** @description `*`, families such as `payment.*`, or types */
            events?: string[] | null;
            /** @enum {string|null} */
            status?: "enabled" | "disabled" | null;
            url?: string | null;
        };
        /** @description One try to deliver. */
        WebhookAttempt: {
            /** @description the address that was dialled */
            address: string | null;
            duration_ms: number;
            /** @description what went wrong, in words */
            error: string | null;
            error_kind: string | null;
            number: number;
            request_headers: {
                [key: string]: string;
            } | null;
            /** @description its first 16 KiB */
            response_body: string | null;
            response_status: number | null;
            response_truncated: boolean;
            run: number;
            /** Format: date-time */
            started_at: string;
            timings: components["schemas"]["AttemptTimings"];
        };
        /** @description One event on its way to one endpoint. */
        WebhookDelivery: {
            /** @description of all runs */
            attempts: number;
            /** Format: date-time */
            created_at: string;
            endpoint_id: string;
            /** @description of the latest attempt: why there was no answer, or none that counts */
            error_kind: string | null;
            event: string;
            event_id: string;
            id: string;
            /**
             * Format: date-time
             * @description only with status pending
             */
            next_attempt_at: string | null;
            payment_id: string | null;
            /** @description the replay that began this run */
            replay_id: string | null;
            /** @description of the latest attempt */
            response_status: number | null;
            /** @description counts how often it was sent all over again, from 1 */
            run: number;
            /** @enum {string} */
            status: "pending" | "delivered" | "exhausted" | "held" | "cancelled" | "expired";
        };
        /** @description A delivery with what was sent and each attempt. */
        WebhookDeliveryDetail: {
            /** @description the latest first, 100 at most */
            attempt_log: components["schemas"]["WebhookAttempt"][];
            /** @description of all runs */
            attempts: number;
            /** Format: date-time */
            created_at: string;
            endpoint_id: string;
            /** @description of the latest attempt: why there was no answer, or none that counts */
            error_kind: string | null;
            event: string;
            event_id: string;
            id: string;
            /**
             * Format: date-time
             * @description only with status pending
             */
            next_attempt_at: string | null;
            payment_id: string | null;
            /** @description the replay that began this run */
            replay_id: string | null;
            request_body: string;
            /** @description of the latest attempt */
            response_status: number | null;
            /** @description counts how often it was sent all over again, from 1 */
            run: number;
            /** @enum {string} */
            status: "pending" | "delivered" | "exhausted" | "held" | "cancelled" | "expired";
        };
        /** @description A part of the log, newest first. */
        WebhookDeliveryList: {
            data: components["schemas"]["WebhookDelivery"][];
            limit: number;
            offset: number;
            total: number;
        };
        /** @description A page of the log, newest first. */
        WebhookDeliveryPage: {
            data: components["schemas"]["WebhookDelivery"][];
            has_more: boolean;
        };
        /** @description Where a merchant's webhooks go. */
        WebhookEndpoint: {
            /** Format: date-time */
            created_at: string;
            description: string;
            /** @enum {string|null} */
            disabled_reason: "no_url" | "requested" | "gone" | "failing" | null;
            /** @description `*`, families such as `payment.*`, or types */
            events: string[];
            /**
             * Format: date-time
             * @description the first failure since the last success
             */
            failing_since: string | null;
            id: string;
            /**
             * Format: date-time
             * @description until then the old secret signs as well
             */
            previous_secret_expires_at: string | null;
            /** @enum {string} */
            status: "enabled" | "disabled";
            url: string | null;
        };
        /** @description A merchant's endpoints, newest first. */
        WebhookEndpointList: {
            data: components["schemas"]["WebhookEndpoint"][];
            has_more: boolean;
        };
        /** @description An endpoint with its new secret. */
        WebhookEndpointWithSecret: {
            /** Format: date-time */
            created_at: string;
            description: string;
            /** @enum {string|null} */
            disabled_reason: "no_url" | "requested" | "gone" | "failing" | null;
            /** @description `*`, families such as `payment.*`, or types */
            events: string[];
            /**
             * Format: date-time
             * @description the first failure since the last success
             */
            failing_since: string | null;
            id: string;
            /**
             * Format: date-time
             * @description until then the old secret signs as well
             */
            previous_secret_expires_at: string | null;
            /** @description shown this once */
            secret: string;
            /** @enum {string} */
            status: "enabled" | "disabled";
            url: string | null;
        };
        /** @description What became of the deliveries that were created in the period. */
        WebhookHealth: {
            delivered: number;
            /** @description newest first */
            endpoints: components["schemas"]["EndpointHealth"][];
            /** @description exhausted, or held for too long */
            failed: number;
            held: number;
            pending: number;
        };
        /** @description Counted, or, with `total=false`, a page by cursor. */
        WebhookLog: components["schemas"]["WebhookDeliveryList"] | components["schemas"]["WebhookDeliveryPage"];
        /** @description Many deliveries that are sent again; a dry run is answered with `dry_run` and `count` alone. */
        WebhookReplay: {
            /** Format: date-time */
            created_at: string;
            delivered: number;
            /** @description no longer under way */
            ended: number;
            id: string;
            /** @enum {string} */
            status: "running" | "done";
            total: number;
        };
        /** @description What a replay would send again. */
        WebhookReplayCount: {
            count: number;
            /** @enum {boolean} */
            dry_run: true;
        };
        /** @description Something that works in the background. */
        Worker: {
            /** @enum {string} */
            name: "sweep" | "reconcile" | "activity_hours" | "activity_changes" | "process_payments" | "process_refunds" | "deliver_webhooks";
            /** Format: date-time */
            ran_at?: string | null;
            /** @enum {string} */
            status: "running" | "stopped";
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
