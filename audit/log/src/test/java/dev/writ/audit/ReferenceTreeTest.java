package dev.writ.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.writ.model.Digest;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The eight-leaf tree that Certificate Transparency implementations share. */
class ReferenceTreeTest {

    private static final String CASES = "shared/cases/merkle/rfc6962_reference_tree.json";

    private JsonObject reference = JsonObject.empty();

    @BeforeEach
    void readReference() throws IOException {
        Optional<Path> file = Stream.iterate(Path.of("").toAbsolutePath(), dir -> dir != null, Path::getParent)
                .map(dir -> dir.resolve(CASES))
                .filter(Files::exists)
                .findFirst();
        assumeThat(file)
                .as("public cases: no folder above this module has " + CASES)
                .isPresent();
        reference = (JsonObject) JsonValue.parse(Files.readString(file.orElseThrow()));
    }

    @Test
    void agreesOnLeaves() {
        assertThat(hashes())
                .isNotEmpty()
                .isEqualTo(reference.array("node_hashes_hex_by_level").orElseThrow().items().stream()
                        .findFirst()
                        .map(level -> ((JsonArray) level).texts())
                        .map(ReferenceTreeTest::digests)
                        .orElseThrow());
    }

    @Test
    void agreesOnRoots() {
        List<Digest> roots = roots();
        assertThat(roots).hasSize(hashes().size() + 1);
        for (int size = 0; size < roots.size(); size++) {
            assertThat(root(size)).isEqualTo(roots.get(size));
        }
    }

    @Test
    void agreesOnInclusion() {
        List<JsonObject> paths = objects("inclusion_paths");
        assertThat(paths).isNotEmpty();
        for (JsonObject path : paths) {
            InclusionProof proof =
                    InclusionProof.build(number(path, "leaf_index"), number(path, "tree_size"), source());

            assertThat(proof.path()).isEqualTo(digests(path));
            assertThat(proof.proves(hashes().get((int) proof.index()), roots().get((int) proof.size())))
                    .isTrue();
        }
    }

    @Test
    void agreesOnConsistency() {
        List<JsonObject> paths = objects("consistency_paths");
        assertThat(paths).isNotEmpty();
        for (JsonObject path : paths) {
            ConsistencyProof proof = ConsistencyProof.build(number(path, "size1"), number(path, "size2"), source());

            assertThat(proof.path()).isEqualTo(digests(path));
            assertThat(proof.proves(roots().get((int) proof.first()), roots().get((int) proof.second())))
                    .isTrue();
        }
    }

    private List<Digest> hashes() {
        return reference.array("leaf_inputs_hex").orElseThrow().texts().stream()
                .map(leaf -> Digest.fromBytes(MerkleHash.leaf(HexFormat.of().parseHex(leaf))))
                .toList();
    }

    private HashSource source() {
        return HashSource.of(hashes().stream().map(Digest::bytes).toList());
    }

    private Digest root(int size) {
        List<byte[]> leaves =
                hashes().subList(0, size).stream().map(Digest::bytes).toList();
        return Digest.fromBytes(Frontier.empty().append(leaves).root());
    }

    private List<Digest> roots() {
        return digests(reference.array("root_hash_hex_by_size").orElseThrow().texts());
    }

    private List<JsonObject> objects(String name) {
        return reference.array(name).orElseThrow().items().stream()
                .map(JsonObject.class::cast)
                .toList();
    }

    private static List<Digest> digests(JsonObject path) {
        return digests(path.array("proof_hex").orElseThrow().texts());
    }

    private static List<Digest> digests(List<String> hex) {
        return hex.stream()
                .map(text -> Digest.fromBytes(HexFormat.of().parseHex(text)))
                .toList();
    }

    private static long number(JsonObject object, String name) {
        return object.number(name).orElseThrow().longValueExact();
    }
}
