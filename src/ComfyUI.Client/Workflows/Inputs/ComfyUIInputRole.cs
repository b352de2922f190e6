namespace ComfyUI.Client;

/// <summary>What an input is for, as far as the links of the workflow tell.</summary>
public enum ComfyUIInputRole
{
    /// <summary>Nothing that is known.</summary>
    None,

    /// <summary>The text that says what is wanted: it reaches a sampler's <c>positive</c>.</summary>
    PositivePrompt,

    /// <summary>The text that says what is not wanted: it reaches a sampler's <c>negative</c>.</summary>
    NegativePrompt,

    /// <summary>A prompt of which the links do not tell whether it is positive or negative.</summary>
    Prompt,

    /// <summary>The number that noise is made of.</summary>
    Seed,

    /// <summary>The width of what is made, in pixels.</summary>
    Width,

    /// <summary>The height of what is made, in pixels.</summary>
    Height,

    /// <summary>How many are made at once.</summary>
    BatchSize,

    /// <summary>How long a video or sound is: frames or seconds.</summary>
    Length,

    /// <summary>Frames a second.</summary>
    FrameRate,

    /// <summary>How many steps a sampler takes.</summary>
    Steps,

    /// <summary>How closely a sampler keeps to the prompt (classifier-free guidance).</summary>
    Cfg,

    /// <summary>The guidance of models that take it along with the prompt, such as Flux.</summary>
    Guidance,

    /// <summary>The sampler's method.</summary>
    Sampler,

    /// <summary>How a sampler spaces its steps.</summary>
    Scheduler,

    /// <summary>How much of a picture is made anew, 0 to 1.</summary>
    Denoise,

    /// <summary>A checkpoint: model, text encoder and VAE in one file.</summary>
    Checkpoint,

    /// <summary>A diffusion model.</summary>
    Model,

    /// <summary>A text encoder.</summary>
    TextEncoder,

    /// <summary>A VAE.</summary>
    Vae,

    /// <summary>A LoRA.</summary>
    Lora,

    /// <summary>How strongly a LoRA acts.</summary>
    LoraStrength,

    /// <summary>A ControlNet.</summary>
    ControlNet,

    /// <summary>A model that enlarges pictures.</summary>
    UpscaleModel,

    /// <summary>A picture to read.</summary>
    Image,

    /// <summary>A mask to read.</summary>
    Mask,

    /// <summary>A video to read.</summary>
    Video,

    /// <summary>A sound to read.</summary>
    Audio,

    /// <summary>What the names of saved files begin with.</summary>
    FileNamePrefix,
}
