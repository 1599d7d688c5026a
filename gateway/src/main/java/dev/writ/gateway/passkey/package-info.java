/** Passkeys of approvers (WebAuthn), and what they sign with them. */
@NullMarked
package dev.writ.gateway.passkey;

import org.jspecify.annotations.NullMarked;
