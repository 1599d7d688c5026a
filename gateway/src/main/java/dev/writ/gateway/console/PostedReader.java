package dev.writ.gateway.console;

import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.MessageBodyReader;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.io.InputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads forms. One that does not carry the token of the session it comes with is refused, whichever method it is for; signing in is the
 * exception, because there is no session yet.
 */
@Provider
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
public class PostedReader implements MessageBodyReader<Posted> {

    private static final String HEADER = "X-Writ-Token";
    private static final int MOST_FIELDS = 2_000;
    private static final int LONGEST = 4 * 1024 * 1024;

    private final CookieSeal seal;
    private final CurrentVertxRequest current;

    PostedReader(CookieSeal seal, CurrentVertxRequest current) {
        this.seal = seal;
        this.current = current;
    }

    @Override
    public boolean isReadable(Class<?> type, Type generic, Annotation[] annotations, MediaType mediaType) {
        return type == Posted.class;
    }

    @Override
    public Posted readFrom(
            Class<Posted> type,
            Type generic,
            Annotation[] annotations,
            MediaType mediaType,
            MultivaluedMap<String, String> headers,
            InputStream body)
            throws IOException {
        Posted posted = new Posted(fields(new String(body.readNBytes(LONGEST), StandardCharsets.UTF_8)));
        RoutingContext request = current.getCurrent();
        if (!request.normalizedPath().equals(SignInPage.PATH)) {
            String token = posted.text(Posted.TOKEN)
                    .or(() -> Optional.ofNullable(request.request().getHeader(HEADER)))
                    .orElse("");
            if (Sessions.of(request)
                    .filter(session -> seal.isFormToken(session, token))
                    .isEmpty()) {
                throw new Problem(
                        ProblemType.FORBIDDEN,
                        "The form is of another session. Open its page again and repeat what you did. Nothing was done.");
            }
        }
        return posted;
    }

    private static Map<String, List<String>> fields(String body) {
        Map<String, List<String>> fields = new HashMap<>();
        if (body.isEmpty()) {
            return fields;
        }
        String[] pairs = body.split("&", MOST_FIELDS + 1);
        if (pairs.length > MOST_FIELDS) {
            throw new Problem(ProblemType.TOO_LARGE, "The form has too many fields. Nothing was done.");
        }
        for (String pair : pairs) {
            int end = pair.indexOf('=');
            String name = decoded(end < 0 ? pair : pair.substring(0, end));
            fields.computeIfAbsent(name, first -> new ArrayList<>())
                    .add(end < 0 ? "" : decoded(pair.substring(end + 1)));
        }
        return fields;
    }

    private static String decoded(String text) {
        try {
            // Browsers send a line's end as CR LF, whatever was typed.
            return URLDecoder.decode(text, StandardCharsets.UTF_8).replace("\r\n", "\n");
        } catch (IllegalArgumentException malformed) {
            throw new Problem(ProblemType.MALFORMED, "The form is not encoded as forms are. Nothing was done.");
        }
    }
}
