package dev.writ.gateway.export;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What the log is exported as. */
public enum ExportFormat {
    /** A static c2sp.org/tlog-tiles tree. */
    TILES,
    /** CloudEvents 1.0, one a line. */
    CLOUDEVENTS,
    /** OCSF API Activity, one a line. */
    OCSF,
    /** RFC 4180. */
    CSV;

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads the name of one.
     *
     * @throws IllegalArgumentException naming those there are
     */
    public static ExportFormat parse(String text) {
        return Arrays.stream(values())
                .filter(format -> format.text().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("a format is one of "
                        + Arrays.stream(values()).map(ExportFormat::text).collect(Collectors.joining(", "))));
    }

    /** How one entry is written; none for tiles, which are not written entry by entry. */
    Optional<EventFormat> events() {
        return switch (this) {
            case TILES -> Optional.empty();
            case CLOUDEVENTS -> Optional.of(new CloudEvents());
            case OCSF -> Optional.of(new Ocsf());
            case CSV -> Optional.of(new Csv());
        };
    }
}
