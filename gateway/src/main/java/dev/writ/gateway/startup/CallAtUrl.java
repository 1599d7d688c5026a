package dev.writ.gateway.startup;

import dev.writ.audit.TileSource;
import dev.writ.audit.UnreadableLogException;
import dev.writ.model.JsonException;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Asks a gateway which entries a call has. What it answers is not trusted: what is proved of them is checked, and says of which
 * call they are.
 */
final class CallAtUrl {

    private static final String LOG = "/log";
    private static final int PAGE = 100;

    private final TileSource gateway;
    private final String query;

    private CallAtUrl(TileSource gateway, String query) {
        this.gateway = gateway;
        this.query = query;
    }

    /**
     * At the gateway whose log has that URL.
     *
     * @throws UnreadableLogException if it is not the URL of a gateway's log
     */
    static CallAtUrl of(String url, Optional<Path> tokenFile, String call) {
        String log = url.replaceAll("/+$", "");
        if (!log.matches("(?i)https?://.*") || !log.endsWith(LOG)) {
            throw new UnreadableLogException(url + " is not that of a gateway's log, such as https://writ.example/log;"
                    + " give the INDEX of the entry instead of the call");
        }
        TileSource gateway = LogLocation.of(log.substring(0, log.length() - LOG.length()), tokenFile);
        return new CallAtUrl(gateway, "v1/audit/entries?call=" + URLEncoder.encode(call, StandardCharsets.UTF_8));
    }

    /** The index of its last decision, if it has one. */
    List<Long> lastDecision() {
        return indices(page(query + "&kind=DECIDED&limit=1"));
    }

    /** The indices of all its entries, in order. */
    List<Long> all() {
        List<Long> all = new ArrayList<>();
        Optional<String> next = Optional.of("");
        while (next.isPresent()) {
            JsonObject page = page(query + "&limit=" + PAGE + next.get());
            all.addAll(indices(page));
            next = page.text("next").map(cursor -> "&cursor=" + URLEncoder.encode(cursor, StandardCharsets.UTF_8));
        }
        Collections.sort(all);
        return all;
    }

    private JsonObject page(String path) {
        byte[] answer = gateway.read(path).orElseThrow(() -> unlikeAGateway(Optional.empty()));
        try {
            if (JsonValue.parse(new String(answer, StandardCharsets.UTF_8)) instanceof JsonObject page) {
                return page;
            }
            throw unlikeAGateway(Optional.empty());
        } catch (JsonException malformed) {
            throw unlikeAGateway(Optional.of(malformed));
        }
    }

    private static List<Long> indices(JsonObject page) {
        return page.array("entries").map(entries -> entries.items().stream()).stream()
                .flatMap(items -> items)
                .filter(JsonObject.class::isInstance)
                .flatMap(item -> ((JsonObject) item).number("index").stream())
                .map(Number::longValue)
                .toList();
    }

    private UnreadableLogException unlikeAGateway(Optional<Throwable> cause) {
        String what = gateway + " does not answer as a gateway does; give the INDEX of the entry instead of the call";
        return cause.map(why -> new UnreadableLogException(what, why))
                .orElseGet(() -> new UnreadableLogException(what));
    }
}
