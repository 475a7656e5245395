/** Zod as the content security policy lets it be: compiling schemas would need eval. Import it from here. */

import { config, z } from "zod";

config({ jitless: true });

export { z };
