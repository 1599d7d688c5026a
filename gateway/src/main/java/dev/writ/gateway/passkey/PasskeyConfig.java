package dev.writ.gateway.passkey;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Passkeys that approvers sign with. Without a relying party there are none, and what has to be signed cannot be approved. */
@ConfigMapping(prefix = "writ.passkey")
interface PasskeyConfig {

    /** The domain that passkeys are for, such as {@code writ.example}. Passkeys made for another one do not work any more. */
    Optional<String> rpId();

    /** The pages that may use them, such as {@code https://console.writ.example}: exactly these, of that domain or below it. */
    Optional<List<String>> origins();

    /** How long people have from being shown what they sign until it has arrived. */
    @WithDefault("5m")
    Duration signWithin();
}
