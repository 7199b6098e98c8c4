/** Our version; a test holds it to package.json's. */
export const PRODUCT_VERSION = "0.1.0";
