package dev.writ.gateway.console;

import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.Properties;

/** The script htmx, as its own archive has it. */
@Path(Console.ROOT + "/static/htmx.js")
class HtmxScript {

    private static final String ARCHIVE = "META-INF/maven/org.webjars.npm/htmx.org/pom.properties";

    private final byte[] script;

    HtmxScript() {
        Properties archive = new Properties();
        try (InputStream properties = resource(ARCHIVE)) {
            archive.load(properties);
            try (InputStream text = resource(
                    "META-INF/resources/webjars/htmx.org/" + archive.getProperty("version") + "/dist/htmx.min.js")) {
                script = text.readAllBytes();
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @GET
    @PermitAll
    @Produces("text/javascript;charset=UTF-8")
    public byte[] script() {
        return script.clone();
    }

    private static InputStream resource(String name) {
        return Optional.ofNullable(
                        Thread.currentThread().getContextClassLoader().getResourceAsStream(name))
                .orElseThrow(() -> new IllegalStateException("there is no " + name));
    }
}
