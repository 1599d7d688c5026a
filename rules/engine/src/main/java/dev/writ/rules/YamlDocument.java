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
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/** Reads YAML files without letting them be more than data: no aliases of collections, no deep nesting, one document. */
final class YamlDocument {

    private static final int MAX_NESTING = 24;

    private YamlDocument() {}

    static Optional<Node> compose(String file, String text, List<BundleProblem> problems) {
        try {
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
                            : new BundleProblem(
                                    file,
                                    mark.getLine() + 1,
                                    mark.getColumn() + 1,
                                    "this is not YAML: " + malformed.getProblem()));
        } catch (YAMLException refused) {
            problems.add(BundleProblem.ofFile(file, "is not YAML: " + refused.getMessage()));
        }
        return Optional.empty();
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
