r"""Train the embedded Swedish static encoder, and measure it.

The encoder is a table with a row for each word piece; a text's vector is the normalised mean of
its pieces' rows. Training reads two files and takes minutes on two processor cores:

    python scripts/train_encoder.py --corpus corpus --out index/models/embedded --eval eval

    python scripts/train_encoder.py --evaluate-only --corpus corpus --out index/models/embedded \
        --eval eval

The model card beside the weights says what came out.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if not __package__:  # started as a file: make the folder above importable
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import numpy.typing as npt
    from rich.progress import Progress
    from tokenizers import Tokenizer

    from scripts.training import contrastive
    from scripts.training.evaluation import Measures
    from scripts.training.pairs import Document, Pair

VOCABULARY_SIZE = 34_000
DIMS = (256, 128, 64)
WRITTEN = Path(__file__).parent / "training"
GLOSSARY = Path(__file__).parent.parent / "index" / "glossary.yaml"
WRITTEN_TIMES = 20
"""What was written counts so many times when pieces are trained, or its words would be too rare."""

DATA_HELP = """\
where the data come from (gzip-compressed JSON Lines, both in --corpus):
  government_pages.jsonl.gz   the repository civictechsweden/g0vse, branch data: pages of the
                              Swedish Government's web site. Fields used: id, title, summary,
                              sections [{heading, text}], lang
  interpellations.jsonl.gz    the repository swerik-project/riksdagen-interpellations: written
                              questions to ministers. Fields used: id, session, title, body,
                              questions
Session 2022/23 of the interpellations is measured on and never trained on.
Both are made by scripts/build_corpus.py. What was written for this project lies in --written
(scripts/training/README.md): questions on passages of the pages, replies and sayings.
--eval holds swefaq_dev.jsonl: SweFAQ 2.0 (Språkbanken Text, in SuperLim 2, CC BY 4.0), dev part.
"""


def build_parser() -> argparse.ArgumentParser:
    """Describe the command line; the defaults are the published model's settings."""

    class Formatter(argparse.ArgumentDefaultsHelpFormatter, argparse.RawDescriptionHelpFormatter):
        """Show defaults, keep the lines of the epilogue."""

    parser = argparse.ArgumentParser(
        description="Train the embedded Swedish static encoder, and measure it.",
        epilog=DATA_HELP,
        formatter_class=Formatter,
    )
    add = parser.add_argument
    add("--corpus", type=Path, required=True, metavar="DIR", help="folder of the two corpus files")
    add("--out", type=Path, required=True, metavar="DIR", help="model folder to write, or measure")
    add("--eval", type=Path, metavar="DIR", help="folder of SweFAQ dev; without it no figures")
    add("--evaluate-only", action="store_true", help="measure the folder --out, train nothing")
    add("--synonyms", type=Path, metavar="FILE", help="MyThes thesaurus (.dat) as extra pairs")
    add(
        "--written",
        type=Path,
        default=WRITTEN,
        metavar="DIR",
        help="texts written for this project",
    )
    add("--glossary", type=Path, default=GLOSSARY, metavar="FILE", help="everyday words, as pairs")
    add("--question-times", type=int, default=10, metavar="N", help="each question, in an epoch")
    add("--saying-times", type=int, default=6, metavar="N", help="each saying and glossary word")
    add("--seed", type=int, default=1, help="of sampling, projection, order and dropout")
    add("--vocabulary", type=int, default=VOCABULARY_SIZE, metavar="N", help="word pieces")
    add("--dims", type=int, nargs="+", default=list(DIMS), metavar="N", help="Matryoshka widths")
    add("--epochs", type=int, default=2, metavar="N", help="passes over the pairs")
    add("--batch", type=int, default=1024, metavar="N", help="pairs in a batch")
    add("--learning-rate", type=float, default=0.002, metavar="X", help="Adam's, falling to 0")
    add("--scale", type=float, default=20.0, metavar="X", help="multiplies cosines in the loss")
    add("--token-dropout", type=float, default=0.3, metavar="X", help="share of pieces left out")
    add("--document-pairs", type=int, default=4, metavar="N", help="pairs of a document in a batch")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    options = build_parser().parse_args(arguments)
    if options.evaluate_only and options.eval is None:
        build_parser().error("--evaluate-only needs --eval")
    if not options.evaluate_only:
        started_s = time.monotonic()
        train_folder(options)
        print(f"Trained in {(time.monotonic() - started_s) / 60:.1f} minutes: {options.out}")
    if options.eval is not None:
        print_figures(options)
    return 0


def train_folder(options: argparse.Namespace) -> None:
    """Go from the corpus to a model folder."""
    from rich.progress import Progress

    from scripts.training import contrastive, folder, pairs, pieces, table, written

    settings = contrastive.Settings(
        dims=tuple(sorted(options.dims, reverse=True)),
        scale=options.scale,
        token_dropout=options.token_dropout,
        learning_rate=options.learning_rate,
        batch_size=options.batch,
        epochs=options.epochs,
        max_pairs_per_document=options.document_pairs,
        seed=options.seed,
    )
    with Progress() as progress:
        stages = progress.add_task("Read the corpus", total=None)
        documents = pairs.read_documents(options.corpus)
        texts = list(pairs.corpus_texts(documents))
        ours = list(
            written.written_texts(
                options.written / "replies.jsonl", options.written / "sayings.jsonl"
            )
        )
        progress.update(stages, description="Train the word pieces")
        tokenizer = pieces.train_tokenizer(texts + ours * WRITTEN_TIMES, options.vocabulary)
        progress.update(stages, description="Factorise the co-occurrences")
        start = table.start_table(
            contrastive.Ragged.encode(tokenizer, texts + ours).split(),
            tokenizer.get_vocab_size(),
            settings.dims[0],
            seed=options.seed,
        )
        progress.update(stages, description="Make the pairs")
        examples = _all_pairs(documents, options)
        progress.remove_task(stages)
        trained = _train(progress, start, tokenizer, examples, settings)
    settled = folder.settle_unknown_piece(trained, pieces.UNKNOWN_NUMBER, settings.dims[-1])
    folder.save_folder(options.out, tokenizer, settled)
    seen = sum(pair.times for pair in examples)
    print(f"{len(examples):,} pairs of {len(documents):,} documents, {seen:,} seen in an epoch")


def _all_pairs(documents: Sequence[Document], options: argparse.Namespace) -> list[Pair]:
    """Make the pairs of the corpus, of the thesaurus if one is named, and of what was written."""
    from scripts.training import pairs, written

    examples = pairs.make_pairs(documents, seed=options.seed)
    if options.synonyms is not None:
        numbers = written.Numbers.after(examples)
        examples += pairs.synonym_pairs(
            pairs.read_synonyms(options.synonyms),
            first_passage_id=numbers.passage,
            first_document_id=numbers.document,
        )
    questions, sayings = options.question_times, options.saying_times
    folder = options.written
    examples += pairs.resident_pairs(
        folder / "questions.jsonl", documents, examples, times=questions
    )
    numbers = written.Numbers.after(examples)
    examples += written.reply_pairs(folder / "replies.jsonl", numbers, times=questions)
    examples += written.saying_pairs(folder / "sayings.jsonl", numbers, times=sayings)
    examples += written.glossary_pairs(options.glossary, numbers, times=sayings)
    return examples


def _train(
    progress: Progress,
    start: npt.NDArray[np.float32],
    tokenizer: Tokenizer,
    examples: Sequence[Pair],
    settings: contrastive.Settings,
) -> npt.NDArray[np.float32]:
    """Train under a progress bar that shows the loss."""
    from scripts.training import contrastive

    task = progress.add_task("Train the table", total=None)

    def on_step(done: int, total: int, loss: float) -> None:
        progress.update(
            task, completed=done, total=total, description=f"Train the table, loss {loss:.3f}"
        )

    return contrastive.train(start, tokenizer, examples, settings, on_step=on_step)


def print_figures(options: argparse.Namespace) -> None:
    """Measure the model folder as it lies on disk, and print Markdown tables."""
    from scripts.measuring import tasks
    from scripts.training import evaluation, folder, pairs

    interpellations = options.corpus / pairs.INTERPELLATIONS_FILE
    tokenizer, table = folder.load_folder(options.out)
    for task in (
        evaluation.flat_task("SweFAQ dev", tasks.swefaq_task(options.eval / tasks.SWEFAQ_FILE)),
        evaluation.flat_task(
            f"Interpellations {pairs.VALIDATION_SESSION}",
            tasks.interpellations_task(interpellations, with_titles=True),
        ),
    ):
        print(f"\n{task.name}: {len(task.queries)} questions, {len(task.passages)} passages\n")
        print("| system | accuracy in category | MRR@10 | hit@1 | hit@5 |")
        print("|---|---|---|---|---|")
        for system, measures in evaluation.evaluate(tokenizer, table, task).items():
            print(_row(system, measures))


def _row(system: str, measures: Measures) -> str:
    accuracy = measures.category_accuracy
    cells = [
        system,
        "–" if accuracy is None else f"{accuracy:.3f}",
        f"{measures.mrr_at_10:.3f}",
        f"{measures.hit_at_1:.3f}",
        f"{measures.hit_at_5:.3f}",
    ]
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.exit(main())
