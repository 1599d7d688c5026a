package dev.writ.gateway.export;

import dev.writ.model.JsonException;
import dev.writ.model.JsonNumber;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads what a system of record exports: CSV with a header (RFC 4180), or one JSON object a line. */
public final class Effects {

    /** Names of the columns or members. */
    public record Columns(String call, String upstreamId) {

        public static final Columns DEFAULT = new Columns("call", "upstreamId");

        /**
         * Reads {@code --key} options.
         *
         * @throws IllegalArgumentException if one has another name than {@code call} and {@code upstreamId}
         */
        public static Columns of(Map<String, String> named) {
            for (String name : named.keySet()) {
                if (!name.equals("call") && !name.equals("upstreamId")) {
                    throw new IllegalArgumentException("--key is call=COLUMN or upstreamId=COLUMN");
                }
            }
            return new Columns(
                    named.getOrDefault("call", DEFAULT.call()), named.getOrDefault("upstreamId", DEFAULT.upstreamId()));
        }
    }

    private Effects() {}

    /**
     * Reads a file whole.
     *
     * @throws IllegalArgumentException naming the line that cannot be read
     */
    public static List<Effect> read(Path file, Columns columns) {
        try (BufferedReader in = Files.newBufferedReader(file)) {
            return file.toString().endsWith(".csv") ? csv(in, columns) : ndjson(in, columns);
        } catch (CharacterCodingException notText) {
            throw new IllegalArgumentException(file + " is not UTF-8", notText);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(file + " cannot be read", unreadable);
        }
    }

    private static List<Effect> ndjson(BufferedReader in, Columns columns) throws IOException {
        List<Effect> effects = new ArrayList<>();
        long number = 0;
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            number++;
            if (!line.isBlank()) {
                JsonObject object = object(line, number);
                effects.add(new Effect(number, text(object, columns.call()), text(object, columns.upstreamId())));
            }
        }
        return effects;
    }

    private static JsonObject object(String line, long number) {
        try {
            if (JsonValue.parse(line) instanceof JsonObject object) {
                return object;
            }
        } catch (JsonException malformed) {
            throw new IllegalArgumentException("line " + number + " is not JSON", malformed);
        }
        throw new IllegalArgumentException("line " + number + " is not a JSON object");
    }

    private static Optional<String> text(JsonObject object, String name) {
        return object.get(name)
                .flatMap(value -> value instanceof JsonString string
                        ? filled(string.value())
                        : value instanceof JsonNumber number
                                ? Optional.of(number.value().toPlainString())
                                : Optional.empty());
    }

    private static Optional<String> filled(String value) {
        return value.isBlank() ? Optional.empty() : Optional.of(value.strip());
    }

    private static List<Effect> csv(Reader in, Columns columns) throws IOException {
        CsvReader rows = new CsvReader(in);
        List<String> header = rows.next()
                .orElseThrow(() -> new IllegalArgumentException("the file is empty; its first line names the columns"));
        int call = header.indexOf(columns.call());
        int upstreamId = header.indexOf(columns.upstreamId());
        if (call < 0 && upstreamId < 0) {
            throw new IllegalArgumentException("the file has no column '" + columns.call() + "' and none '"
                    + columns.upstreamId() + "'; name them with --key call=COLUMN or --key upstreamId=COLUMN");
        }
        List<Effect> effects = new ArrayList<>();
        for (Optional<List<String>> row = rows.next(); row.isPresent(); row = rows.next()) {
            effects.add(new Effect(rows.line(), cell(row.get(), call), cell(row.get(), upstreamId)));
        }
        return effects;
    }

    private static Optional<String> cell(List<String> row, int column) {
        return column >= 0 && column < row.size() ? filled(row.get(column)) : Optional.empty();
    }
}
