package dev.writ.rules;

import java.io.StringReader;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.CollectionEndEvent;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/** Reads YAML files without letting them be more than data: no aliases, no deep nesting, one document. */
final class YamlDocument {

    private static final int MAX_NESTING = 24;

    private YamlDocument() {}

    static Optional<Node> compose(String file, String text, List<BundleProblem> problems) {
        try {
            Optional<BundleProblem> growth = growth(file, text);
            if (growth.isPresent()) {
                problems.add(growth.get());
                return Optional.empty();
            }
            Node node = yaml().compose(new StringReader(text));
            if (node == null) {
                problems.add(BundleProblem.ofFile(file, "is empty"));
            }
            return Optional.ofNullable(node);
        } catch (MarkedYAMLException malformed) {
            Mark mark = malformed.getProblemMark();
            problems.add(
                    mark == null
                            ? BundleProblem.ofFile(file, "is not YAML: " + malformed.getProblem())
                            : problem(file, mark, "this is not YAML: " + malformed.getProblem()));
        } catch (YAMLException refused) {
            problems.add(BundleProblem.ofFile(file, "is not YAML: " + refused.getMessage()));
        }
        return Optional.empty();
    }

    /** What would make the document more than it is long, found before any of it is built. */
    private static Optional<BundleProblem> growth(String file, String text) {
        int depth = 0;
        for (Event event : yaml().parse(new StringReader(text))) {
            if (event instanceof AliasEvent) {
                return Optional.of(
                        problem(file, event.getStartMark(), "aliases are not allowed; write the value again"));
            }
            depth += event instanceof CollectionStartEvent ? 1 : 0;
            depth -= event instanceof CollectionEndEvent ? 1 : 0;
            if (depth > MAX_NESTING) {
                return Optional.of(
                        problem(file, event.getStartMark(), "lists and entries nest at most " + MAX_NESTING + " deep"));
            }
        }
        return Optional.empty();
    }

    private static BundleProblem problem(String file, Mark mark, String message) {
        return new BundleProblem(file, mark.getLine() + 1, mark.getColumn() + 1, message);
    }

    private static Yaml yaml() {
        LoaderOptions limits = new LoaderOptions();
        limits.setMaxAliasesForCollections(0);
        limits.setNestingDepthLimit(MAX_NESTING);
        limits.setCodePointLimit(Limits.FILE_BYTES);
        DumperOptions unused = new DumperOptions();
        return new Yaml(new SafeConstructor(limits), new Representer(unused), unused, limits, new JsonScalars());
    }

    /** Plain scalars mean what they mean in JSON, and everything else is a text. */
    private static final class JsonScalars extends Resolver {
        @Override
        protected void addImplicitResolvers() {
            addImplicitResolver(Tag.BOOL, Pattern.compile("true|false"), "tf");
            addImplicitResolver(Tag.NULL, Pattern.compile("null|~|"), "n~\0");
            addImplicitResolver(Tag.INT, Pattern.compile("-?(0|[1-9][0-9]*)"), "-0123456789");
            addImplicitResolver(
                    Tag.FLOAT, Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?"), "-0123456789");
        }
    }
}
