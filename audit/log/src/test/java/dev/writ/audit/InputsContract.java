package dev.writ.audit;

import static dev.writ.audit.LogUnderTest.await;
import static dev.writ.audit.LogUnderTest.facts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import org.junit.jupiter.api.Test;

/** Inputs are kept beside the log, and can be erased. */
interface InputsContract extends LogUnderTest {

    @Test
    default void inputsComeBackDecrypted() {
        JsonValue facts = JsonValue.parse("{\"amount\":18.5,\"customer\":\"Zo\u00eb\"}");
        Input second = new Input("result", new JsonString("ok"), false);
        append(Entries.ofSubject("subject-7", new Input("facts", facts, true), second));

        Entry read = await(reader().at(0)).orElseThrow().entry();

        assertThat(read.input("facts")).contains(facts);
        assertThat(read.input("result")).contains(new JsonString("ok"));
    }

    @Test
    default void inputsAreNotInTheLeaf() {
        append(Entries.ofSubject("subject-7", facts("a very personal datum")));

        Recorded read = await(reader().at(0)).orElseThrow();

        // The leaf hash commits to a salted commitment: the same entry with the same input never has the same hash
        // twice.
        assertThat(append(Entries.ofSubject("subject-7", facts("a very personal datum")))
                        .recorded()
                        .leafHash())
                .isNotEqualTo(read.leafHash());
    }

    @Test
    default void inputsAreGoneWithTheirKeyAndProofsStillVerify() {
        Recorded erased =
                append(Entries.ofSubject("subject-7", facts("erased"))).recorded();
        append(Entries.ofSubject("subject-8", facts("kept")));

        destroySubjectKey("subject-7");

        Recorded read = await(reader().at(0)).orElseThrow();
        assertThat(read.entry().inputs()).isEmpty();
        assertThat(read.leafHash()).isEqualTo(erased.leafHash());
        assertThat(await(reader().at(1)).orElseThrow().entry().input("facts")).contains(new JsonString("kept"));
        TlogProof.parse(await(reader().proof(0, 2))).verify(verifierKey(), erased.leafHash());
    }
}
