package dev.writ.gateway;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.Map;
import java.util.Objects;

/** An entry as the audit API shows it. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record LogEntry(int index, String kind, String at, Map<String, String> columns, Map<String, Object> body) {

    public String column(String name) {
        return Objects.requireNonNull(columns.get(name), name);
    }

    public String text(String member) {
        return (String) Objects.requireNonNull(body.get(member), member);
    }

    public int number(String member) {
        return (int) Objects.requireNonNull(body.get(member), member);
    }
}
