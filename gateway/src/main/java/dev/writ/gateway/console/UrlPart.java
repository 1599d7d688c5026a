package dev.writ.gateway.console;

import io.quarkus.qute.TemplateExtension;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Texts as parts of URLs. */
final class UrlPart {

    private UrlPart() {}

    /** As one segment of a path, or one value of a query. */
    @TemplateExtension
    static String path(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
