package dev.writ.gateway.permit;

import dev.writ.audit.LogKeys;
import dev.writ.audit.LogSigner;
import dev.writ.audit.MasterKey;
import dev.writ.connect.PermitToken;
import dev.writ.model.CallId;
import dev.writ.model.Digest;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import dev.writ.model.Principal;
import dev.writ.model.Role;
import dev.writ.model.ToolName;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Makes tokens as a gateway would whose clock shows that time. */
final class Mint {

    static final String TOOL = "billing.create_refund";
    static final String AUDIENCE = "https://billing.test";

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final LogKeys LOG = LogSigner.generate("log.test", RANDOM).keys();

    final MasterKey master = MasterKey.generate(RANDOM);
    Instant now = Instant.now();

    PermitKeys keys(PermitConfig config) {
        return new PermitKeys(master, config, () -> now);
    }

    PermitToken permit(JsonObject arguments, Duration untilDeadline) {
        return permit(arguments, untilDeadline, PermitTokens.Use.CALL);
    }

    PermitToken permit(JsonObject arguments, Duration untilDeadline, PermitTokens.Use use) {
        return new PermitTokens(keys(FixedConfig.DEFAULT), FixedConfig.DEFAULT, LOG, () -> now)
                .of(new PermitTokens.Permitted(
                        CallId.mint(now, RANDOM),
                        7,
                        ToolName.parse(TOOL),
                        new Principal(
                                "refund-bot",
                                Optional.of("ann"),
                                "key-1",
                                List.of("planner", "front-desk"),
                                Set.of(Role.AGENT),
                                "api-key"),
                        Optional.of("pseudonym-of-ann"),
                        Digest.of(arguments),
                        Digest.of(JsonValue.parse("{}")),
                        now.plus(untilDeadline),
                        use));
    }

    String token(JsonObject arguments) {
        return permit(arguments, Duration.ofSeconds(30))
                .mint(AUDIENCE, PermitToken.Subject.PSEUDONYM)
                .orElseThrow();
    }

    static JsonObject part(String token, int part) {
        return (JsonObject) JsonValue.parse(
                new String(Base64.getUrlDecoder().decode(token.split("\\.", -1)[part]), StandardCharsets.UTF_8));
    }
}
