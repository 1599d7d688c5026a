package dev.writ.rules;

import dev.writ.model.ArgumentOrigins;
import dev.writ.model.JsonObject;
import dev.writ.model.Origin;
import dev.writ.model.Source;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads the {@code origins} of a case: for a path its source, or its source and whether it is tainted. */
final class CaseOrigins {

    private static final Set<String> ORIGIN = Set.of("source", "tainted");

    private CaseOrigins() {}

    /** Of arguments that were never seen before. */
    static List<Origin> nowhere(JsonObject arguments) {
        return of(arguments, Map.of());
    }

    /** What a case does not name was seen where the object around it was, or else nowhere. */
    static List<Origin> read(YamlValue yaml, JsonObject arguments) {
        Set<String> paths = new TreeSet<>();
        nowhere(arguments).forEach(origin -> paths.add(origin.argument()));
        Map<String, Origin> said = new HashMap<>();
        yaml.entries().forEach((path, value) -> {
            if (!paths.contains(path)) {
                value.report("the call has no argument '" + path + "' that an origin could be of; "
                        + Nearest.hint(path, paths));
            }
            origin(path, value).ifPresent(origin -> said.put(path, origin));
        });
        return of(arguments, said);
    }

    private static Optional<Origin> origin(String path, YamlValue value) {
        if (value.isText()) {
            return source(value).map(source -> new Origin(path, source, source == Source.UNTRUSTED, List.of()));
        }
        Optional<YamlMapping> mapping = value.mapping(ORIGIN);
        boolean tainted = mapping.flatMap(yaml -> yaml.optional("tainted"))
                .flatMap(flag -> CaseReader.word(flag, new Boolean[] {true, false}, String::valueOf))
                .orElse(false);
        return mapping.flatMap(yaml -> yaml.required("source"))
                .flatMap(CaseOrigins::source)
                .map(source -> new Origin(path, source, tainted, List.of()));
    }

    private static Optional<Source> source(YamlValue value) {
        return CaseReader.word(value, Source.values(), Source::text);
    }

    private static List<Origin> of(JsonObject arguments, Map<String, Origin> said) {
        return ArgumentOrigins.of(arguments, name -> true, (path, leaf) -> nearest(path, said));
    }

    private static Origin nearest(String path, Map<String, Origin> said) {
        Origin here = said.get(path);
        int dot = path.lastIndexOf('.');
        if (here != null) {
            return here;
        }
        return dot < 0 ? new Origin(path, Source.NOWHERE, false, List.of()) : nearest(path.substring(0, dot), said);
    }
}
