package dev.writ.gateway.authzen;

import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemMapper;
import dev.writ.gateway.wire.WireConfig;
import dev.writ.model.JsonException;
import dev.writ.model.JsonLimits;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Locale;
import java.util.Optional;

/**
 * Reads a body as AuthZEN wants it: whatever is wrong with it is a 400, also its media type, and members that are not known are
 * passed over. JSON is as strict as everywhere else.
 */
@ApplicationScoped
class Bodies {

    private static final String JSON = "application/json";

    private final JsonLimits limits;

    Bodies(WireConfig config) {
        this.limits = new JsonLimits(
                (int) Math.min(config.maxJsonSize().asLongValue(), Integer.MAX_VALUE - 1), config.maxJsonDepth());
    }

    JsonObject read(Optional<String> mediaType, byte[] body) {
        if (mediaType.map(Bodies::essence).filter(JSON::equals).isEmpty()) {
            throw Question.malformed("Send the body with Content-Type: application/json.");
        }
        if (body.length == 0) {
            throw Question.malformed("The body is empty. Send a JSON object.");
        }
        try {
            if (JsonValue.parse(body, limits) instanceof JsonObject object) {
                return object;
            }
        } catch (JsonException unfit) {
            if (unfit.kind() == JsonException.Kind.TOO_LARGE) {
                throw unfit;
            }
            Problem problem = ProblemMapper.of(unfit);
            throw Question.malformed(problem.detail());
        }
        throw Question.malformed("The body is not a JSON object.");
    }

    private static String essence(String mediaType) {
        return mediaType.replaceAll(";.*", "").strip().toLowerCase(Locale.ROOT);
    }
}
